package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What needs a process that was started in another way: each test starts a JVM. */
@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class ForkedJvmTest {

    /** Prints the return code of a child that exits with 7. */
    static final class OneChild {
        private OneChild() {}

        public static void main(String[] arguments) throws Exception {
            try (var world = new World(Watchers.create(arguments[0]), "epoll")) {
                world.turn(() -> world.watched("exit 7"));
                world.untilTold(1);
                System.out.println("told " + world.told.getFirst().returncode());
            }
        }
    }

    /** Prints which watchers work, and why not. */
    static final class Available {
        private Available() {}

        public static void main(String[] arguments) {
            Watchers.available()
                    .forEach(each -> System.out.println(each.name() + ": " + each.reason()));
            try {
                new PidfdChildWatcher();
            } catch (UnsupportedOperationException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    private static String run(String prefix, List<String> flags, Class<?> main, String argument)
            throws IOException, InterruptedException {
        var java = new ArrayList<String>(List.of("/bin/sh", "-c", prefix + " exec \"$0\" \"$@\""));
        java.add(System.getProperty("java.home") + "/bin/java");
        java.addAll(flags);
        java.addAll(
                List.of("-cp", System.getProperty("java.class.path"), main.getName(), argument));
        Process process = new ProcessBuilder(java).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output;
    }

    @ParameterizedTest
    @ValueSource(strings = {"threaded", "pidfd", "multiloop", "safe", "fast"})
    @DisplayName("a SIGCHLD that our parent ignored does not lose the status of our children")
    void sigchldIgnoredByParent_told(String watcher) throws Exception {
        String output =
                run(
                        "trap '' CHLD;",
                        List.of("--enable-native-access=ALL-UNNAMED"),
                        OneChild.class,
                        watcher);
        assertThat(output).contains("told 7");
    }

    @Test
    @DisplayName("without native access each watcher says what would help")
    void nativeAccessDenied_reasons() throws Exception {
        String output = run("", List.of("--illegal-native-access=deny"), Available.class, "");
        assertThat(output.lines().filter(line -> line.contains("--enable-native-access")))
                .hasSize(6);
        assertThat(output)
                .contains("PidfdChildWatcher does not work here")
                .contains("use ThreadedChildWatcher");
    }
}

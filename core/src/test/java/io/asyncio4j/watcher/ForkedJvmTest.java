package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.os.Child;
import io.asyncio4j.os.ChildSignals;
import io.asyncio4j.os.Limits;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LibraryClasses;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.testing.WatcherNames;
import io.asyncio4j.warning.RuntimeWarning;
import io.asyncio4j.warning.Warnings;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What needs a process that was started in another way: each test starts a JVM. */
@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class ForkedJvmTest {

    /** Prints the return code of a child that exits with 7. */
    static final class OneChild {
        private OneChild() {}

        public static void main(String[] arguments) throws Exception {
            boolean ignoredBefore = ChildSignals.areIgnored();
            try (var world = new World(Watchers.create(arguments[0]), LoopKind.EPOLL)) {
                world.turn(() -> world.watched("exit 7"));
                world.untilReported(1);
                System.out.println("ignored " + ignoredBefore);
                System.out.println("told " + world.reported.getFirst().returncode());
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

    /** Has the JDK start its first process while a child is watched. */
    static final class FirstProcess {
        private FirstProcess() {}

        public static void main(String[] arguments) throws Exception {
            try (var warnings = Warnings.record();
                    var world = new World(Watchers.create(arguments[0]), LoopKind.EPOLL)) {
                Child[] child = new Child[1];
                world.turn(() -> child[0] = world.watchedSleeper());
                new ProcessBuilder("true").start().waitFor();
                child[0].signal(World.KILL);
                world.untilReported(1);
                System.out.println("told " + world.reported.getFirst().returncode());
                world.fence();
                System.out.println("warned " + warnings.messages(RuntimeWarning.class));
            }
        }
    }

    /** Looks what works while there is no descriptor, and again when there is. */
    static final class NoDescriptors {
        private NoDescriptors() {}

        public static void main(String[] arguments) throws Exception {
            LibraryClasses.load();
            Watchers.create("threaded"); // finds the logger
            Limits.Limit before = Limits.openFiles();
            String reason;
            String refusal;
            Limits.setOpenFiles(new Limits.Limit(3, before.hard()));
            try {
                reason = Watchers.available().get(1).reason();
                refusal = refusal();
            } finally {
                Limits.setOpenFiles(before);
            }
            System.out.println(reason);
            System.out.println(refusal);
            System.out.println("then " + Watchers.available().get(1).works());
            System.out.println(Watchers.create("auto").getClass().getSimpleName());
        }

        private static String refusal() {
            try {
                return Watchers.create("auto").getClass().getSimpleName() + new PidfdChildWatcher();
            } catch (UnsupportedOperationException e) {
                return e.getMessage();
            }
        }
    }

    private static String run(
            List<String> prefix, List<String> flags, Class<?> main, String argument)
            throws IOException, InterruptedException {
        var java = new ArrayList<String>(prefix);
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
    @MethodSource(WatcherNames.ALL)
    @DisplayName("a SIGCHLD that our parent ignored does not lose the status of our children")
    void sigchldIgnoredByParent_told(String watcher) throws Exception {
        String output =
                run(
                        List.of("env", "--ignore-signal=CHLD"),
                        List.of("--enable-native-access=ALL-UNNAMED"),
                        OneChild.class,
                        watcher);
        assumeTrue(output.contains("ignored true"), output);
        assertThat(output).contains("told 7");
    }

    @Test
    @DisplayName("without native access each watcher says what would help")
    void nativeAccessDenied_reasons() throws Exception {
        String output =
                run(List.of(), List.of("--illegal-native-access=deny"), Available.class, "");
        assertThat(output.lines().filter(line -> line.contains("--enable-native-access")))
                .hasSize(7);
        assertThat(output)
                .contains("PidfdChildWatcher does not work here")
                .as("which does not work either")
                .doesNotContain("use ThreadedChildWatcher");
    }

    @ParameterizedTest
    @MethodSource(WatcherNames.DEPRECATED)
    @DisplayName("the JDK's first process does not take the SIGCHLD handler away")
    void firstJdkProcess_handlerStays(String watcher) throws Exception {
        String output =
                run(
                        List.of(),
                        List.of("--enable-native-access=ALL-UNNAMED"),
                        FirstProcess.class,
                        watcher);
        assertThat(output).contains("told -9").contains("warned []");
    }

    @Test
    @DisplayName(
            "without a descriptor there is no pidfd watcher, and auto is another; until there is")
    void noDescriptor_pidfdUnavailable() throws Exception {
        String output =
                run(
                        List.of(),
                        List.of("--enable-native-access=ALL-UNNAMED"),
                        NoDescriptors.class,
                        "");
        assertThat(output.lines())
                .containsExactly(
                        "pidfd_open: EMFILE, this process has no descriptor left; raise ulimit -n",
                        "PidfdChildWatcher does not work here: pidfd_open: EMFILE, this process has"
                                + " no descriptor left; raise ulimit -n; use ThreadedChildWatcher",
                        "then true",
                        "PidfdChildWatcher");
    }
}

package io.asyncio4j.interleavings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Runs the JCStress tests, in their quick form unless told otherwise:
 *
 * <pre>
 *   ./mvnw -pl interleavings -am verify                        half a minute
 *   ./mvnw -pl interleavings -am verify -Dinterleavings=full   every compilation mode
 * </pre>
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class InterleavingsTest {

    private static final List<String> SUBJECTS =
            List.of("SleepStress", "PushStress", "BatonStress", "CompletionStress");

    private static final List<String> QUICK =
            List.of(
                    "-f", "1", "-fsm", "1", "-iters", "1", "-time", "500", "-sc", "false", "-af",
                    "NONE");

    private record Result(int exitCode, String output) {}

    private static Result jcstress(String tests, List<String> options) throws Exception {
        Path directory = Files.createDirectories(Path.of("target", "jcstress-" + tests));
        Path output = directory.resolve("output.txt");
        var command = new ArrayList<String>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("org.openjdk.jcstress.Main", "-t", ".*Stress\\." + tests));
        command.addAll(List.of("-r", "report"));
        command.addAll(options);
        Process process =
                new ProcessBuilder(command)
                        .directory(directory.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile())
                        .start();
        return new Result(process.waitFor(), readAll(output));
    }

    private static String readAll(Path file) throws IOException {
        return Files.readString(file);
    }

    private static List<String> quick() {
        var options = new ArrayList<>(QUICK);
        options.addAll(List.of("-jvmArgs", "-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED"));
        return options;
    }

    @Test
    @DisplayName("No interleaving was found that breaks what is in use")
    void real_passes() throws Exception {
        boolean full = System.getProperty("interleavings", "quick").equals("full");
        Result result = jcstress("Real", full ? List.of("-time", "500") : quick());
        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains("4 matching test results");
    }

    @Test
    @DisplayName("Each broken twin is caught")
    void broken_isCaught() throws Exception {
        Result result = jcstress("Broken", quick());
        assertThat(result.exitCode()).as(result.output()).isNotZero();
        for (String subject : SUBJECTS) {
            assertThat(result.output())
                    .contains("[FAILED] io.asyncio4j.loop." + subject + ".Broken");
        }
    }
}

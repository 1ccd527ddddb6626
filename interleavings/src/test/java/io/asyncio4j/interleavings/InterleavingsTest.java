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
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Runs the JCStress tests, in their quick form unless told otherwise:
 *
 * <pre>
 *   ./mvnw -pl interleavings -am verify                        about two minutes
 *   ./mvnw -pl interleavings -am verify -Dinterleavings=full   every compilation mode
 * </pre>
 */
@Timeout(value = 1, unit = TimeUnit.HOURS)
class InterleavingsTest {

    private static final List<String> SUBJECTS =
            List.of(
                    "loop.SleepStress",
                    "loop.PushStress",
                    "loop.BatonStress",
                    "loop.CompletionStress",
                    "loop.CoroutineCancelStress",
                    "loop.CallCancelStress",
                    "loop.SubmitStress",
                    "loop.DropStress",
                    "child.SpawnCancelStress",
                    "child.SpawnCloseStress",
                    "watcher.RemoveStress",
                    "watcher.HandOverStress",
                    "watcher.MoveStress");

    private static final List<String> QUICK =
            List.of("-f", "1", "-fsm", "0", "-iters", "1", "-sc", "false", "-af", "NONE");
    private static final int QUICK_MILLIS = 300;
    private static final int LONGEST_MILLIS = 30_000;

    private record Result(int exitCode, String output) {}

    private static Result jcstress(String tests, List<String> options) throws Exception {
        Path directory = Files.createDirectories(Path.of("target", "jcstress"));
        Path output = directory.resolve("output.txt");
        var command = new ArrayList<String>();
        command.add(System.getProperty("java.home") + "/bin/java");
        command.add("--enable-native-access=ALL-UNNAMED");
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of("org.openjdk.jcstress.Main", "-t", tests));
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

    private static List<String> quick(int millis) {
        var options = new ArrayList<>(QUICK);
        options.addAll(List.of("-time", Integer.toString(millis)));
        options.addAll(List.of("-jvmArgs", "-XX:+UseSerialGC --enable-native-access=ALL-UNNAMED"));
        return options;
    }

    @Test
    @DisplayName("Each broken twin is caught, and nothing in use is found broken")
    void twins_toldApart() throws Exception {
        // One run for all: JCStress needs longer to get to know the machine than for these tests.
        Result result = jcstress(".*Stress\\.(Real|Broken)", quick(QUICK_MILLIS));
        assertThat(result.output())
                .contains(2 * SUBJECTS.size() + " planned; ")
                .contains("0 soft errs, 0 hard");
        for (String subject : SUBJECTS) {
            assertThat(result.output()).doesNotContain(failed(subject, "Real"));
        }
        List<String> missed = missed(SUBJECTS, result);
        // A busy machine may need longer to have two threads meet.
        for (int time = 10 * QUICK_MILLIS; !missed.isEmpty() && time < LONGEST_MILLIS; time *= 3) {
            String again = ".*\\.(" + String.join("|", missed) + ")\\.Broken";
            missed = missed(missed, jcstress(again, quick(time)));
        }
        assertThat(missed).as("twins that were not caught").isEmpty();
    }

    private static String failed(String subject, String twin) {
        return "[FAILED] io.asyncio4j." + subject + "." + twin;
    }

    private static List<String> missed(List<String> subjects, Result result) {
        return subjects.stream()
                .filter(subject -> !result.output().contains(failed(subject, "Broken")))
                .toList();
    }

    @Test
    @DisplayName("In every compilation mode, too, nothing in use is found broken")
    @EnabledIfSystemProperty(named = "interleavings", matches = "full")
    void real_everyMode_passes() throws Exception {
        Result result = jcstress(".*Stress\\.Real", List.of("-time", "500"));
        assertThat(result.exitCode()).as(result.output()).isZero();
    }
}

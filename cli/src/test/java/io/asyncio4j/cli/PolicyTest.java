package io.asyncio4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.loop.ProactorEventLoop;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** {@code run} over the loop that {@code --policy} names. */
@EnabledOnOs(OS.LINUX)
class PolicyTest {
    @TempDir private Path scratch;

    @BeforeEach
    void available() {
        String reason = ProactorEventLoop.unavailableReason();
        assumeTrue(reason == null, reason);
    }

    /** What a run prints, without times and memory, one job after the other. */
    private List<String> outcome(String mode, String... options) throws Exception {
        String[] command =
                Stream.of(
                                Stream.of("run", "-j", "1"),
                                Stream.of(options),
                                Stream.of("--json", "-", "-f", "-"))
                        .flatMap(part -> part)
                        .toArray(String[]::new);
        try (var tool = Tool.start(scratch, mode, command)) {
            tool.write("echo one; echo two >&2\nexit 3\nseq 1 20000 | tail -1\nkill -9 $$\n");
            Tool.Outcome outcome = tool.end();
            assertThat(outcome.status()).isEqualTo(2);
            var lines =
                    outcome.stdout()
                            .lines()
                            .map(line ->
                                    line.replaceAll(
                                            "\"(seconds|pid|started|\\w*(Seconds|KiB|Bound))\":[^,}]*",
                                            ""));
            var printed = outcome.errorLines().stream().filter(line -> line.matches("\\d: .*"));
            return Stream.concat(lines, printed).toList();
        }
    }

    @Test
    @DisplayName("the output is the same over each loop, in both modes and with its own watcher")
    void run_eachLoop_sameOutput() throws Exception {
        for (String mode : List.of("carrier", "handoff")) {
            List<String> expected = outcome(mode, "--policy", "selector");
            assertThat(expected).contains("1: one", "1: two", "3: 20000");
            assertThat(outcome(mode, "--policy", "proactor")).isEqualTo(expected);
            assertThat(outcome(mode, "--policy", "proactor", "--watcher", "uring"))
                    .isEqualTo(expected);
        }
    }

    @Test
    @DisplayName("the watcher of io_uring needs its loop")
    void run_uringOnSelector_refused() throws Exception {
        for (String policy : List.of("default", "selector")) {
            Tool.Outcome outcome =
                    Tool.run(scratch, "run", "--policy", policy, "--watcher", "uring", "true");
            assertThat(outcome.status()).isEqualTo(125);
            assertThat(outcome.stderr()).contains("--policy proactor");
        }
    }
}

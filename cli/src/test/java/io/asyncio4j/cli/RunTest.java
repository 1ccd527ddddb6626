package io.asyncio4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.asyncio4j.watcher.Watchers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code run} with real children. */
@EnabledOnOs(OS.LINUX)
class RunTest {
    @TempDir private Path scratch;

    private static List<JsonObject> results(String json) {
        return json.lines()
                .map(line -> JsonParser.parseString(line).getAsJsonObject())
                .sorted(Comparator.comparingInt(result -> result.get("job").getAsInt()))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"carrier", "handoff"})
    void jobsFromStandardInput_areToldOfAsJson(String mode) throws Exception {
        try (var tool = Tool.start(scratch, mode, "run", "-j", "2", "--json", "-", "-f", "-")) {
            tool.write("true\n# no job\n\nexit 3\nkill -9 $$\necho hi\n");

            Tool.Outcome outcome = tool.end();

            assertThat(outcome.status()).isEqualTo(2);
            List<JsonObject> results = results(outcome.stdout());
            assertThat(results.stream().map(result -> result.get("returncode").getAsInt()))
                    .containsExactly(0, 3, -9, 0);
            assertThat(results.get(2).get("signal").getAsString()).isEqualTo("SIGKILL");
            assertThat(results.get(2).get("command").getAsString()).isEqualTo("kill -9 $$");
            assertThat(results.get(0).get("seconds").getAsDouble()).isPositive();
            assertThat(outcome.errorLines()).contains("4: hi");
        }
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "carrier, \"\", 1h, SIGTERM",
                "handoff, \"\", 1h, SIGTERM",
                "carrier, trap '' TERM;, 1ms, SIGKILL",
                "handoff, trap '' TERM;, 1ms, SIGKILL"
            })
    void interrupt_endsAllGroupsAndGrandchildren(String mode, String trap, String grace, String how)
            throws Exception {
        // Each job tells its processes, and the last of them is up when it has.
        String job = trap + " sleep 1000 & echo $$ $!; while :; do wait; done";
        try (var tool =
                Tool.start(
                        scratch, mode, "run", "--no-tag", "-j", "2", "--grace", grace, job, job)) {
            List<Long> pids = pids(tool.readLine(), tool.readLine());
            assertThat(pids).hasSize(4).allMatch(RunTest::isRunning);

            tool.signal("INT");
            Tool.Outcome outcome = tool.end();

            assertThat(outcome.status()).isEqualTo(130);
            assertThat(pids).noneMatch(RunTest::isRunning);
            assertThat(outcome.stderr()).containsSubsequence(how, how);
        }
    }

    @Test
    void secondInterrupt_killsAtOnce() throws Exception {
        // It waits by the one command that a trap interrupts for sure.
        String stubborn =
                "trap 'echo termed' TERM; (trap '' TERM; exec sleep 1000) & echo $$;"
                        + " while :; do wait; done";
        try (var tool = Tool.start(scratch, "auto", "run", "--no-tag", "--grace", "1h", stubborn)) {
            List<Long> pids = pids(tool.readLine());
            tool.signal("INT");
            assertThat(tool.readLine()).isEqualTo("termed");

            tool.signal("INT");

            assertThat(tool.end().status()).isEqualTo(130);
            assertThat(pids).noneMatch(RunTest::isRunning);
        }
    }

    @Test
    void timeout_endsTheJobAndIsSaid() throws Exception {
        Path json = scratch.resolve("json");

        Tool.Outcome outcome =
                Tool.run(
                        scratch,
                        "run",
                        "--timeout",
                        "50ms",
                        "--json",
                        json.toString(),
                        "exec sleep 1000");

        assertThat(outcome.status()).isEqualTo(1);
        assertThat(outcome.stderr()).contains("timed out").contains("1 job: 0 ok, 1 failed");
        JsonObject result = results(Files.readString(json)).getFirst();
        assertThat(result.get("timedOut").getAsBoolean()).isTrue();
        assertThat(result.get("returncode").getAsInt()).isEqualTo(-15);
    }

    @Test
    void timeoutThatIsNotReached_changesNothing() throws Exception {
        Tool.Outcome outcome = Tool.run(scratch, "run", "--timeout", "1h", "echo done");

        assertThat(outcome.status()).isZero();
        assertThat(outcome.stdout()).isEqualTo("1: done\n");
        assertThat(outcome.stderr()).doesNotContain("timed out");
    }

    @Test
    void failFast_stopsTheOthersAndStartsNoMore() throws Exception {
        Path never = scratch.resolve("never");
        Path up = scratch.resolve("up");
        new ProcessBuilder("mkfifo", up.toString()).start().waitFor();

        Tool.Outcome outcome =
                Tool.run(
                        scratch,
                        "run",
                        "-j",
                        "2",
                        "--fail-fast",
                        "echo >" + up + "; exec sleep 1000",
                        "read _ <" + up + "; exit 7",
                        "touch " + never);

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.stderr()).contains("exit 7").contains("SIGTERM").contains("1 not run");
        assertThat(never).doesNotExist();
    }

    @Test
    void backgroundOfAFinishedJob_endsWithIt() throws Exception {
        Tool.Outcome outcome = Tool.run(scratch, "run", "--no-tag", "sleep 1000 & echo $!");

        assertThat(outcome.status()).isZero();
        assertThat(pids(outcome.stdout())).hasSize(1).noneMatch(RunTest::isRunning);
    }

    @Test
    void strangerThatHoldsThePipe_isLetGo() throws Exception {
        Path up = scratch.resolve("up");
        // A shell in a session of its own tells that it is up before the job's shell exits.
        String stranger = "setsid sh -c 'echo $$; echo >" + up + "; exec sleep 1000' &";

        Tool.Outcome outcome =
                Tool.run(
                        scratch,
                        "run",
                        "--no-tag",
                        "mkfifo " + up + "; " + stranger + " read _ <" + up);

        List<Long> strangers = pids(outcome.stdout());
        assertThat(strangers).hasSize(1).allMatch(RunTest::isRunning);
        ProcessHandle.of(strangers.getFirst()).orElseThrow().destroyForcibly();
    }

    @Test
    void jobThatCannotBeStarted_isAFailedJob() throws Exception {
        try (var tool = Tool.start(scratch, "auto", "run", "--json", "-", "-f", "-")) {
            tool.write("echo " + "x".repeat(200_000) + "\ntrue\n");

            Tool.Outcome outcome = tool.end();

            assertThat(outcome.status()).isEqualTo(1);
            assertThat(results(outcome.stdout()).getFirst().get("pid").isJsonNull()).isTrue();
            assertThat(results(outcome.stdout()).getLast().get("returncode").getAsInt()).isZero();
            assertThat(outcome.stderr())
                    .contains("job 1 cannot be started")
                    .contains("not started");
        }
    }

    @Test
    void moreThanAHundredFailures_exitWith101() throws Exception {
        try (var tool = Tool.start(scratch, "auto", "run", "-j", "8", "-f", "-")) {
            tool.write("false\n".repeat(120));

            assertThat(tool.end().status()).isEqualTo(101);
        }
    }

    @Test
    void outputThatNobodyReads_stopsTheJobs() throws Exception {
        try (var tool = Tool.start(scratch, "auto", "run", "--no-tag", "echo $$; exec yes")) {
            List<Long> pids = pids(tool.readLine());
            tool.closeStdout();

            Tool.Outcome outcome = tool.status("");

            assertThat(outcome.status()).isEqualTo(141);
            assertThat(outcome.stderr()).isEmpty();
            assertThat(pids).noneMatch(RunTest::isRunning);
        }
    }

    @Test
    void interruptWhileNobodyReads_endsAllTheSame() throws Exception {
        Path up = scratch.resolve("up");
        new ProcessBuilder("mkfifo", up.toString()).start().waitFor();
        String flood = "yes & echo $$ $! >" + up + "; wait";
        try (var tool = Tool.start(scratch, "auto", "run", "--grace", "200ms", flood)) {
            List<Long> pids = pids(Files.readString(up));
            tool.signal("TERM");

            assertThat(tool.status("").status()).isEqualTo(130);
            assertThat(pids).hasSize(2).noneMatch(RunTest::isRunning);
        }
    }

    @Test
    void hugeLine_needsLittleMemory() throws Exception {
        var options =
                List.of(
                        "-Xmx24m",
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED");
        Path output = scratch.resolve("output");
        try (var tool =
                Tool.start(
                        scratch,
                        options,
                        "run",
                        "--json",
                        output.toString(),
                        "head -c 200000000 /dev/zero | tr '\\0' x")) {
            long count = 0;
            for (int c; (c = tool.read()) >= 0; ) {
                count += c;
            }
            assertThat(count).isEqualTo(200_000_000 + "1: ".length());
            assertThat(tool.status("").status()).isZero();
        }
    }

    static List<String> watchers() {
        return Watchers.names();
    }

    @ParameterizedTest
    @MethodSource("watchers")
    void everyWatcher_reportsExits(String watcher) throws Exception {
        Tool.Outcome outcome =
                Tool.run(
                        scratch,
                        "run",
                        "-j",
                        "4",
                        "--policy",
                        watcher.equals("uring") ? "proactor" : "default",
                        "--watcher",
                        watcher,
                        "true",
                        "exit 3",
                        "kill $$",
                        "true");

        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.stderr())
                .contains("exit 3")
                .contains("SIGTERM")
                .doesNotContain("Warning");
    }

    @ParameterizedTest
    @CsvSource({
        "threaded, cat /proc/$PPID/task/*/comm | grep -q asyncio-waitpid",
        "pidfd, ls -l /proc/$PPID/fd | grep -q pidfd",
        "auto, ls -l /proc/$PPID/fd | grep -q pidfd"
    })
    void watcher_isUsed(String watcher, String trace) throws Exception {
        String job = "until " + trace + "; do sleep 0.01; done";

        Tool.Outcome outcome =
                Tool.run(scratch, "run", "--watcher", watcher, "--timeout", "30s", job);

        assertThat(outcome.stderr()).contains("1 ok");
    }

    private static List<Long> pids(String... lines) {
        var pids = new ArrayList<Long>();
        for (String line : lines) {
            for (String word : line.strip().split("\\s+")) {
                pids.add(Long.valueOf(word));
            }
        }
        return pids;
    }

    private static boolean isRunning(long pid) {
        try {
            return Tool.isRunning(pid);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}

package io.asyncio4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.subprocess.ResourceUsage;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The table, the lines of JSON and the progress line. */
class ReportsTest {
    private static final Instant STARTED = Instant.parse("2025-03-04T05:06:07.080Z");
    private static final ResourceUsage USAGE =
            new ResourceUsage(Duration.ofMillis(20), Duration.ofNanos(1_000), 40_960);

    private static final JobResult OK =
            new JobResult(
                    1,
                    100,
                    new ExitStatus.Exited(0, USAGE),
                    false,
                    STARTED,
                    Duration.ofMillis(1500),
                    true);
    private static final JobResult KILLED =
            new JobResult(
                    2,
                    101,
                    new ExitStatus.Signaled("SIGKILL", 9, false, USAGE),
                    false,
                    STARTED,
                    Duration.ofSeconds(2),
                    false);
    private static final JobResult LATE =
            new JobResult(
                    3,
                    102,
                    new ExitStatus.Signaled("SIGTERM", 15, false, USAGE),
                    true,
                    STARTED,
                    Duration.ofSeconds(3),
                    false);
    private static final JobResult NEVER =
            new JobResult(12, 0, null, false, STARTED, Duration.ZERO, false);

    @Test
    void table_ofAllKindsOfResults_isAlignedAndInOrder() {
        var three =
                new JobResult(
                        4,
                        103,
                        new ExitStatus.Exited(3, null),
                        false,
                        STARTED,
                        Duration.ZERO,
                        false);

        assertThat(ResultTable.lines(List.of(KILLED, NEVER, OK, LATE, three)))
                .containsExactly(
                        "JOB  PID  RESULT         WALL     CPU   PEAK",
                        "  1  100  0            1.500s  0.020s  ≤ 40M",
                        "  2  101  SIGKILL      2.000s  0.020s    40M",
                        "  3  102  timed out    3.000s  0.020s    40M",
                        "  4  103  exit 3       0.000s       -      -",
                        " 12    -  not started  0.000s       -      -");
    }

    @Test
    void summary_countsFailuresAndWhatWasNotRun() {
        assertThat(ResultTable.summary(5, List.of(OK, KILLED, LATE), Duration.ofSeconds(3)))
                .isEqualTo("5 jobs: 1 ok, 2 failed, 2 not run, 3.000s");
    }

    @Test
    void size_takesAFittingUnit() {
        assertThat(ResultTable.size(9_999)).isEqualTo("9999K");
        assertThat(ResultTable.size(61 * 1024)).isEqualTo("61M");
        assertThat(ResultTable.size(20L * 1024 * 1024)).isEqualTo("20.0G");
    }

    @Test
    void json_ofASignal_hasAllFieldsInOrder() {
        assertThat(json(KILLED, "kill -9 $$ \"x\"\t\u00fc"))
                .isEqualTo(
                        "{\"job\":2,\"command\":\"kill -9 $$ \\\"x\\\"\\t\u00fc\",\"pid\":101,"
                                + "\"returncode\":-9,\"signal\":\"SIGKILL\",\"timedOut\":false,"
                                + "\"started\":\"2025-03-04T05:06:07.080Z\",\"seconds\":2.000000,"
                                + "\"userSeconds\":0.020000,\"systemSeconds\":0.000001,"
                                + "\"maxRssKiB\":40960}\n");
    }

    @Test
    void json_ofACommandThatIsNoText_hasItsBytesInBase64() {
        assertThat(json(KILLED, "rm caf\udce9"))
                .startsWith(
                        "{\"job\":2,\"command\":\"rm caf\ufffd\",\"commandBytes\":\"cm0gY2Fm6Q==\","
                                + "\"pid\":101,");
    }

    @Test
    void json_ofAJobThatWasNotStarted_hasNulls() {
        assertThat(json(NEVER, "x"))
                .isEqualTo(
                        "{\"job\":12,\"command\":\"x\",\"pid\":null,\"returncode\":null,\"signal\":null,"
                                + "\"timedOut\":false,\"started\":\"2025-03-04T05:06:07.080Z\","
                                + "\"seconds\":0.000000,\"userSeconds\":null,\"systemSeconds\":null,"
                                + "\"maxRssKiB\":null}\n");
    }

    @Test
    void progress_saysHowFarItIs() {
        assertThat(Progress.line(12, 5000, 64, 1, Duration.ofSeconds(3723)))
                .isEqualTo("12/5000 done, 64 running, 1 failed, 1:02:03");
        assertThat(Progress.line(0, 1, 1, 0, Duration.ofMillis(999)))
                .isEqualTo("0/1 done, 1 running, 0 failed, 00:00");
    }

    @Test
    void ownPeak_isReadFromTheProcessStatus() {
        assertThat(OwnMemory.parsePeak("Name:\tjava\nVmHWM:\t   61234 kB\nVmRSS:\t 1 kB\n"))
                .isEqualTo(61_234);
        assertThat(new OwnMemory().mayBeOurs(1)).isTrue();
        assertThat(new OwnMemory().mayBeOurs(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void hangUp_ignoredByNohup_isSeenInTheMask() {
        assertThat(Ignored.isHangUpIgnored("SigBlk:\t0\nSigIgn:\t0000000000001001\n")).isTrue();
        assertThat(Ignored.isHangUpIgnored("SigBlk:\t1\nSigIgn:\t0000000000001006\n")).isFalse();
    }

    private static String json(JobResult result, String command) {
        return new String(JsonLines.line(result, command), UTF_8);
    }
}

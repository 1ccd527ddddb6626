package io.asyncio4j.graalpy.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.asyncio4j.loop.ProactorEventLoop;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * CPython's tests on our loops. The properties: {@code asyncio4j.judge=full} runs all and writes
 * the report, {@code asyncio4j.judge.modules} and {@code asyncio4j.judge.only} name modules and
 * patterns of {@code module.Class.test} to run instead, {@code asyncio4j.judge.loops} the loops;
 * all are separated by commas. {@code asyncio4j.judge.keep=true} continues a run that was ended,
 * {@code asyncio4j.judge.limit} is how many seconds a test may take.
 */
@Tag("judge")
@Timeout(value = 3, unit = TimeUnit.HOURS) // the tests have limits of their own, see Judge
class JudgeTest {

    private static final Path EXPECTED = Judge.SCRIPTS.resolve("expected.txt");

    @Test
    @DisabledIfSystemProperty(named = "asyncio4j.judge", matches = "full")
    @DisplayName(
            "A part of CPython's tests ends as expected: on stock, epoll and io_uring, handed off"
                    + " on poll and io_uring")
    void quick() throws Exception {
        var outcomes = new ArrayList<Outcome>();
        Judge judge = new Judge(python(), !isNarrowed(), list("modules"), list("only"));
        List<String> carrier = chosen("stock", "epoll");
        List<String> handoff = chosen("poll");
        if (!carrier.isEmpty()) {
            outcomes.addAll(judge.run("carrier", carrier));
        }
        if (!handoff.isEmpty()) {
            outcomes.addAll(judge.run("handoff", handoff));
        }
        assertThat(Expected.read(EXPECTED).surprises(outcomes, false)).isEmpty();
        assertEnough(outcomes, "carrier", carrier);
        assertEnough(outcomes, "handoff", handoff);
    }

    private static void assertEnough(List<Outcome> outcomes, String mode, List<String> loops) {
        for (String loop : loops) {
            String column = loop.equals("stock") ? loop : loop + "/" + mode;
            assertThat(outcomes)
                    .describedAs("tests that ran a loop and passed, on %s", column)
                    .filteredOn(o -> o.column().equals(column) && o.passed() && o.runs() > 0)
                    .hasSizeGreaterThan(isNarrowed() ? 0 : 80);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "asyncio4j.judge", matches = "full")
    @DisplayName("All of CPython's tests end as expected, on each loop, in both task modes")
    void full() throws Exception {
        var outcomes = new ArrayList<Outcome>();
        Judge judge = new Judge(python(), false, list("modules"), list("only"));
        List<String> loops = chosen("stock", "epoll", "poll");
        if (loops.remove("stock")) {
            outcomes.addAll(judge.run("carrier", List.of("stock")));
        }
        for (String mode : List.of("carrier", "handoff")) {
            for (String loop : loops) {
                outcomes.addAll(judge.run(mode, List.of(loop)));
            }
        }
        Expected expected = Expected.read(EXPECTED);
        boolean complete = !isNarrowed() && list("loops").isEmpty();
        if (complete) {
            new Report(outcomes, expected, judge.pythonTransports())
                    .write(Path.of("..", "docs", "python-conformance.md").toAbsolutePath());
        }
        assertThat(expected.surprises(outcomes, complete)).isEmpty();
    }

    /** Adds the loop over io_uring, if this machine has it, and leaves what was asked for. */
    private static List<String> chosen(String... loops) {
        var chosen = new ArrayList<>(List.of(loops));
        if (ProactorEventLoop.unavailableReason() == null) {
            chosen.add("uring");
        }
        List<String> wanted = list("loops");
        if (!wanted.isEmpty()) {
            chosen.retainAll(wanted);
        }
        return chosen;
    }

    private static CPython python() throws Exception {
        return CPython.find().orElseGet(() -> abort(CPython.WHERE));
    }

    private static boolean isNarrowed() {
        return !list("modules").isEmpty() || !list("only").isEmpty();
    }

    private static List<String> list(String name) {
        String value = System.getProperty("asyncio4j.judge." + name, "");
        return value.isBlank() ? List.of() : List.of(value.split(","));
    }
}

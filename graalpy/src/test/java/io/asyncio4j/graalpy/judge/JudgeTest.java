package io.asyncio4j.graalpy.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

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
 * patterns of {@code module.Class.test} to run instead, both separated by commas. {@code
 * asyncio4j.judge.keep=true} continues a run that was ended, {@code asyncio4j.judge.limit} is how
 * many seconds a test may take.
 */
@Tag("judge")
@Timeout(value = 3, unit = TimeUnit.HOURS) // the tests have limits of their own, see Judge
class JudgeTest {

    private static final Path EXPECTED = Judge.SCRIPTS.resolve("expected.txt");

    @Test
    @DisabledIfSystemProperty(named = "asyncio4j.judge", matches = "full")
    @DisplayName(
            "A part of CPython's tests ends as expected: on stock, on epoll, handed off on poll")
    void quick() throws Exception {
        var outcomes = new ArrayList<Outcome>();
        Judge judge = new Judge(python(), !isNarrowed(), list("modules"), list("only"));
        outcomes.addAll(judge.run("carrier", List.of("stock", "epoll")));
        outcomes.addAll(judge.run("handoff", List.of("poll")));
        assertThat(Expected.read(EXPECTED).surprises(outcomes, false)).isEmpty();
        for (String loop : List.of("stock", "epoll", "poll")) {
            assertThat(outcomes)
                    .describedAs("tests that ran a loop and passed, on %s", loop)
                    .filteredOn(o -> o.loop().equals(loop) && o.passed() && o.runs() > 0)
                    .hasSizeGreaterThan(isNarrowed() ? 0 : 80);
        }
    }

    @Test
    @EnabledIfSystemProperty(named = "asyncio4j.judge", matches = "full")
    @DisplayName("All of CPython's tests end as expected, on each loop, in both task modes")
    void full() throws Exception {
        var outcomes = new ArrayList<Outcome>();
        Judge judge = new Judge(python(), false, list("modules"), list("only"));
        outcomes.addAll(judge.run("carrier", List.of("stock")));
        for (String mode : List.of("carrier", "handoff")) {
            for (String loop : List.of("epoll", "poll")) {
                outcomes.addAll(judge.run(mode, List.of(loop)));
            }
        }
        Expected expected = Expected.read(EXPECTED);
        if (!isNarrowed()) {
            new Report(outcomes, expected, judge.pythonTransports())
                    .write(Path.of("..", "docs", "python-conformance.md").toAbsolutePath());
        }
        assertThat(expected.surprises(outcomes, !isNarrowed())).isEmpty();
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

package io.asyncio4j.graalpy.judge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** The page of the docs that a full run writes. */
final class Report {

    private static final List<String> COLUMNS =
            List.of(
                    "stock",
                    "epoll/carrier",
                    "epoll/handoff",
                    "poll/carrier",
                    "poll/handoff",
                    "uring/carrier",
                    "uring/handoff");

    private static final String HEAD =
            """
            # CPython's tests on our loops

            Written by the judge; do not edit. CPython 3.12's own `test_asyncio`, the classes that take their loop from outside
            (`graalpy/src/test/python/judge/table.py`), run in GraalPy: on its stock asyncio, which is the control, and on ours.
            What may fail, and why, is `expected.txt` beside that table; it is strict in both directions.

                ./mvnw -pl graalpy -am test -Dtest=JudgeTest -Dasyncio4j.judge=full -Dsurefire.failIfNoSpecifiedTests=false

            It needs a CPython 3.12 with its tests: `python3.12` of the path, pyenv's, or the one that `-Dasyncio4j.cpython=FILE`
            or `ASYNCIO4J_CPYTHON` names. Nothing of it is in this repository. Time limits inside of the tests are four times
            CPython's, since GraalPy on a plain JDK interprets.

            **Tests** are those that run a loop; **not of the loop** are tests of the same classes that pass without running one.
            A cell is passed / failed / skipped. **Python's** names the transports of Python that still stand in for the Java ones.
            """;

    private final List<Outcome> outcomes;
    private final Expected expected;
    private final Map<String, String> python;

    /**
     * @param python which of Python's transports stand in for ours, by module
     */
    Report(List<Outcome> outcomes, Expected expected, Map<String, String> python) {
        this.outcomes = outcomes;
        this.expected = expected;
        this.python = python;
    }

    void write(Path file) throws IOException {
        Files.writeString(file, HEAD + "\n" + table() + "\n" + reasons());
    }

    private String table() {
        var text = new StringBuilder("| module | tests | not of the loop |");
        COLUMNS.forEach(column -> text.append(' ').append(column).append(" |"));
        text.append(" Python's |\n|---|---|---|").append("---|".repeat(COLUMNS.size() + 1));
        text.append('\n');
        for (String module : modules()) {
            Set<String> judged = judged(module);
            Set<String> all = names(module);
            text.append(
                    "| `%s` | %d | %d |"
                            .formatted(module, judged.size(), all.size() - judged.size()));
            for (String column : COLUMNS) {
                text.append(' ').append(cell(module, column, judged)).append(" |");
            }
            text.append(' ').append(python.getOrDefault(module, "")).append(" |\n");
        }
        text.append("| **all** | | |");
        for (String column : COLUMNS) {
            text.append(" **").append(cell("", column, judged(""))).append("** |");
        }
        return text.append(" |\n").toString();
    }

    private List<String> modules() {
        var modules = new LinkedHashSet<String>();
        outcomes.forEach(outcome -> modules.add(outcome.module()));
        return new ArrayList<>(modules);
    }

    private Set<String> names(String module) {
        var names = new LinkedHashSet<String>();
        outcomes.stream().filter(o -> in(module, o)).forEach(o -> names.add(o.test()));
        return names;
    }

    /** Returns the tests that ran a loop on some column, or failed or were skipped before that. */
    private Set<String> judged(String module) {
        var names = new LinkedHashSet<String>();
        outcomes.stream()
                .filter(o -> in(module, o) && (o.runs() > 0 || !o.passed()))
                .forEach(o -> names.add(o.test()));
        return names;
    }

    private static boolean in(String module, Outcome outcome) {
        return module.isEmpty() || outcome.module().equals(module);
    }

    private String cell(String module, String column, Set<String> judged) {
        int passed = 0;
        int failed = 0;
        int skipped = 0;
        for (Outcome outcome : outcomes) {
            if (in(module, outcome)
                    && outcome.column().equals(column)
                    && judged.contains(outcome.test())) {
                passed += outcome.passed() ? 1 : 0;
                failed += outcome.failed() ? 1 : 0;
                skipped += outcome.passed() || outcome.failed() ? 0 : 1;
            }
        }
        return passed + " / " + failed + " / " + skipped;
    }

    private String reasons() {
        var text = new StringBuilder("## What is expected to fail\n\n");
        text.append("| where | test | reason |\n|---|---|---|\n");
        for (Expected.Entry entry : expected.entries()) {
            text.append(
                    "| %s%s | `%s` | %s |\n"
                            .formatted(
                                    String.join(", ", entry.where()),
                                    entry.sometimes() ? ", sometimes" : "",
                                    entry.test(),
                                    entry.reason()));
        }
        text.append("\n## What is skipped, and what the test says of it\n\n");
        text.append("| tests | why |\n|---|---|\n");
        var why = new TreeMap<String, Set<String>>();
        outcomes.stream()
                .filter(outcome -> !outcome.passed() && !outcome.failed())
                .forEach(outcome ->
                        why.computeIfAbsent(outcome.why(), _ -> new LinkedHashSet<>())
                                .add(outcome.test()));
        why.forEach((reason, tests) ->
                text.append(
                        "| %d, such as `%s` | %s |\n"
                                .formatted(
                                        tests.size(),
                                        tests.iterator().next(),
                                        reason.replace("|", "\\|"))));
        return text.toString();
    }
}

package io.asyncio4j.graalpy.judge;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** The failures that are expected, each with its reason: strict in both directions. */
final class Expected {

    /**
     * A line of the file.
     *
     * @param where columns: {@code stock}, {@code epoll}, {@code poll}, {@code uring}, all but the
     *     first also with {@code /carrier} or {@code /handoff}; {@code ours} for these, {@code all}
     *     for all four
     * @param sometimes whether a pass is accepted as well, which only what depends on the speed of
     *     the machine may ask for
     * @param test a name, in which {@code *} stands for any characters
     */
    record Entry(Set<String> where, boolean sometimes, String test, String reason) {

        boolean matches(Outcome outcome) {
            return matchesTest(outcome.test())
                    && (where.contains("all")
                            || where.contains(outcome.loop())
                            || where.contains(outcome.column())
                            || (where.contains("ours") && !outcome.isStock()));
        }

        private boolean matchesTest(String name) {
            return Pattern.matches("\\Q" + test.replace("*", "\\E.*\\Q") + "\\E", name);
        }
    }

    private final List<Entry> entries;

    private Expected(List<Entry> entries) {
        this.entries = entries;
    }

    /** Reads lines of the form {@code where | test | reason}; {@code ~where} is sometimes. */
    static Expected read(Path file) throws IOException {
        var entries = new ArrayList<Entry>();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            String[] columns = line.split("\\|", 3);
            if (columns.length != 3 || columns[2].isBlank()) {
                throw new IllegalArgumentException("Not 'where | test | reason': " + line);
            }
            String where = columns[0].strip();
            boolean sometimes = where.startsWith("~");
            entries.add(
                    new Entry(
                            Set.of((sometimes ? where.substring(1) : where).split("\\s*,\\s*")),
                            sometimes,
                            columns[1].strip(),
                            columns[2].strip()));
        }
        return new Expected(entries);
    }

    List<Entry> entries() {
        return entries;
    }

    /** Returns the entries that {@code outcome} falls under. */
    List<Entry> of(Outcome outcome) {
        return entries.stream().filter(entry -> entry.matches(outcome)).toList();
    }

    /**
     * Returns what is not as expected, a line each.
     *
     * @param complete whether all tests have run, so that an entry that none falls under is stale
     */
    List<String> surprises(List<Outcome> outcomes, boolean complete) {
        var surprises = new ArrayList<String>();
        var used = new HashSet<Entry>();
        for (Outcome outcome : outcomes) {
            List<Entry> expected = of(outcome);
            used.addAll(expected);
            if (outcome.failed() && expected.isEmpty()) {
                surprises.add(
                        "failed on "
                                + outcome.column()
                                + ": "
                                + outcome.test()
                                + ": "
                                + outcome.why()
                                + "\n"
                                + outcome.detail());
            }
            if (outcome.passed() && expected.stream().anyMatch(entry -> !entry.sometimes())) {
                surprises.add(
                        "passed on "
                                + outcome.column()
                                + ", though expected to fail: "
                                + outcome.test());
            }
        }
        if (complete) {
            for (Entry entry : entries) {
                if (!used.contains(entry)) {
                    surprises.add("no such test: " + entry);
                }
            }
        }
        return surprises;
    }
}

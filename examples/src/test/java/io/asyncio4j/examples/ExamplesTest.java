package io.asyncio4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Runs each example and reads what it prints. */
class ExamplesTest {

    private static List<String> linesOf(Consumer<String[]> main) {
        PrintStream before = System.out;
        var bytes = new ByteArrayOutputStream();
        try (var captured = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(captured);
            main.accept(new String[0]);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    @DisplayName("Timers counts down")
    void timers() {
        assertThat(linesOf(Timers::main))
                .containsExactly("counting down", "3", "2", "1", "lift-off");
    }

    @Test
    @DisplayName("Tasks makes breakfast")
    void tasks() {
        assertThat(linesOf(Tasks::main))
                .containsExactly(
                        "making coffee",
                        "making toast",
                        "[coffee, toast]",
                        "making pancakes",
                        "no time for pancakes");
    }

    @Test
    @DisplayName("CustomPolicy makes its loops, in a scope and for the process")
    void customPolicy() {
        assertThat(linesOf(CustomPolicy::main))
                .containsExactly("a loop over nio", "scoped", "a loop over nio", "process-wide");
    }

    @Test
    @DisplayName("PollingChildWatcher observes the exit of a process")
    void pollingChildWatcher() {
        assertThat(linesOf(PollingChildWatcher::main)).containsExactly("returned 7");
    }

    @Test
    @DisplayName("Queries has a database answer a hundred tasks at once")
    void queries() {
        assertThat(
                        linesOf(arguments -> {
                            try {
                                Queries.main(arguments);
                            } catch (SQLException e) {
                                throw new AssertionError(e);
                            }
                        }))
                .containsExactly("100 queries at once", "5050");
    }
}

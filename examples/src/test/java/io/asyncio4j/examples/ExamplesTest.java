package io.asyncio4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.policy.Policies;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs each example, on each kind of loop, and reads what it prints. */
@ParameterizedClass
@ValueSource(strings = {"selector", "proactor"})
record ExamplesTest(String policy) {

    @BeforeEach
    void setPolicy() {
        Policies.set(Policies.named(policy));
    }

    @AfterEach
    void resetPolicy() {
        Policies.set(null);
    }

    /** A program's {@code main}. */
    private interface Main<X extends Exception> {
        void main(String[] arguments) throws X;
    }

    private static <X extends Exception> List<String> linesOf(Main<X> main) throws X {
        PrintStream before = System.out;
        var bytes = new ByteArrayOutputStream();
        try (var captured = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(captured);
            main.main(new String[0]);
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
    void pollingChildWatcher() throws IOException {
        assertThat(linesOf(PollingChildWatcher::main)).containsExactly("returned 7");
    }

    @Test
    @DisplayName("Queries has a database answer a hundred tasks at once")
    void queries() throws SQLException {
        assertThat(linesOf(Queries::main)).containsExactly("100 queries at once", "5050");
    }
}

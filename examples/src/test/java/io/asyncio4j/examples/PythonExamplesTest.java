package io.asyncio4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.graalpy.Python;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.graalvm.polyglot.Context;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Runs the examples in two languages, in one context: making one takes ten seconds. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PythonExamplesTest {

    private interface Example {
        void run(Context context) throws IOException;
    }

    private static Context context;

    @BeforeAll
    static void open() {
        context = Python.newContext();
    }

    @AfterAll
    static void close() {
        context.close(true);
    }

    private static List<String> linesOf(Example example) throws IOException {
        PrintStream before = System.out;
        var bytes = new ByteArrayOutputStream();
        try (var captured = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            System.setOut(captured);
            example.run(context);
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).lines().toList();
    }

    @Test
    @DisplayName("Exchange has Python work on what Java puts into a queue")
    void exchange() throws IOException {
        assertThat(linesOf(Exchange::run)).containsExactly("loop: 4, policy: 6, watcher: 7");
    }

    @Test
    @DisplayName("PythonPlugin gets answers, a refusal, and a timeout that cleans up")
    void pythonPlugin() throws IOException {
        assertThat(linesOf(PythonPlugin::run))
                .containsExactly(
                        "[hello, Ada, hello, Grace]",
                        "refused: ValueError: an empty request",
                        "too slow: ['slow']");
    }
}

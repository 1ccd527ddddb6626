package io.asyncio4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the tool refuses, and how it says so. */
class UsageTest {

    private static String refusal(String... arguments) {
        PrintStream before = System.err;
        var stderr = new ByteArrayOutputStream();
        System.setErr(new PrintStream(stderr, true, UTF_8));
        try {
            assertThat(Main.commandLine().execute(arguments)).isEqualTo(Main.USAGE);
        } finally {
            System.setErr(before);
        }
        String text = stderr.toString(UTF_8);
        assertThat(text.lines()).hasSize(1);
        return text.strip();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    -j 0                      | asyncio4j: -j 0: give a whole number of at least 1
                    -j 2x                     | asyncio4j: -j 2x: give a whole number of at least 1
                    --timeout 5y              | asyncio4j: --timeout 5y: not a duration;
                    --timeout 0               | asyncio4j: --timeout 0: must be longer than 0
                    --grace -1                | asyncio4j: --grace -1: not a duration;
                    --watcher dog             | asyncio4j: --watcher dog: choose default, auto, threaded
                    --policy no.such.Policy   | asyncio4j: --policy no.such.Policy: there is no such policy or class; choose default
                    --policy java.lang.String | asyncio4j: --policy java.lang.String: There is no event loop policy
                    --policy proactor         | asyncio4j: --policy proactor: there is no proactor loop yet; choose default
                    -f /no/such/file          | asyncio4j: both -f /no/such/file and a COMMAND
                    --json /no/such/file      | asyncio4j: --json /no/such/file: cannot be written: no such file
                    --colour blue             | asyncio4j: Unknown option: '--colour'
                    """)
    void badValue_isRefusedInOneLineAndNothingStarts(
            String options, String message, @TempDir Path scratch) {
        Path started = scratch.resolve("started");
        String[] words = options.split(" ");

        String refusal = refusal("run", words[0], words[1], "touch " + started);

        assertThat(refusal).startsWith(message);
        assertThat(started).doesNotExist();
    }

    @Test
    void nothingToRun_isRefused() {
        assertThat(refusal("run")).contains("give a COMMAND, or -f FILE");
        assertThat(refusal()).contains("asyncio4j run");
    }

    @Test
    void fileThatCannotBeRead_isRefused() {
        assertThat(refusal("run", "-f", "/no/such/file"))
                .contains("/no/such/file")
                .contains("no such");
    }

    @Test
    void argumentThatLooksLikeAnOption_isRefused() {
        assertThat(refusal("run", "-x")).contains("-x");
    }
}

package io.asyncio4j.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Commands and file names are bytes, whatever the locale. */
@EnabledOnOs(OS.LINUX)
class BytesTest {
    private static final String MAKE_BOTH =
            "touch \"$(printf 'caf\\351.txt')\" \"$(printf 'caf\\357\\277\\275.txt')\"; ";

    @TempDir private Path scratch;

    /** Runs the tool from a script, in which {@code "$@"} is {@code asyncio4j run}. */
    private Tool.Outcome run(String locale, String script) throws Exception {
        try (var tool =
                Tool.startFrom(
                        scratch,
                        "export LC_ALL=" + locale + "; " + script,
                        "auto",
                        Tool.classPath(),
                        "run")) {
            return tool.end();
        }
    }

    /** Which of the two files are left, the one that is Latin-1 and the one with U+FFFD. */
    private String left() throws Exception {
        String script =
                "test -e \"$(printf 'caf\\351.txt')\" && echo latin;"
                        + " test -e \"$(printf 'caf\\357\\277\\275.txt')\" && echo other; :";
        Process test = new ProcessBuilder("sh", "-c", script).directory(scratch.toFile()).start();
        return new String(test.getInputStream().readAllBytes(), UTF_8);
    }

    private JsonObject result() throws Exception {
        return JsonParser.parseString(Files.readString(scratch.resolve("json"))).getAsJsonObject();
    }

    private static byte[] bytesOf(JsonObject result) {
        return Base64.getDecoder().decode(result.get("commandBytes").getAsString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void argumentThatIsNoText_isTakenAsItIs(String locale) throws Exception {
        Tool.Outcome outcome =
                run(locale, MAKE_BOTH + "\"$@\" --json json \"$(printf 'rm caf\\351.txt')\"");

        assertThat(outcome.stderr()).contains("1 ok");
        assertThat(left()).isEqualTo("other\n");
        assertThat(bytesOf(result())).isEqualTo("rm caf\u00e9.txt".getBytes(ISO_8859_1));
        assertThat(result().get("command").getAsString()).isEqualTo("rm caf\ufffd.txt");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void lineThatIsNoText_isTakenAsItIs(String locale) throws Exception {
        Files.write(scratch.resolve("jobs"), "rm caf\u00e9.txt\n".getBytes(ISO_8859_1));

        Tool.Outcome outcome = run(locale, MAKE_BOTH + "\"$@\" --json json -f jobs");

        assertThat(outcome.stderr()).contains("1 ok");
        assertThat(left()).isEqualTo("other\n");
        assertThat(bytesOf(result())).isEqualTo("rm caf\u00e9.txt".getBytes(ISO_8859_1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void replacementCharacterThatWasGiven_isMeant(String locale) throws Exception {
        Tool.Outcome outcome =
                run(
                        locale,
                        MAKE_BOTH + "\"$@\" --json json \"$(printf 'rm caf\\357\\277\\275.txt')\"");

        assertThat(outcome.stderr()).contains("1 ok");
        assertThat(left()).isEqualTo("latin\n");
        assertThat(result().get("command").getAsString()).isEqualTo("rm caf\ufffd.txt");
        assertThat(result().has("commandBytes")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void argumentsThatTheJvmCannotTellApart_areEachTakenAsTheyAre(String locale) throws Exception {
        Tool.Outcome outcome =
                run(
                        locale,
                        MAKE_BOTH
                                + "\"$@\" --json json \"$(printf 'rm caf\\351.txt')\""
                                + " \"$(printf 'rm caf\\357\\277\\275.txt')\"");

        assertThat(outcome.stderr()).contains("2 ok");
        assertThat(left()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void text_isTheSameFromArgumentAndFileAndInJson(String locale) throws Exception {
        Files.writeString(scratch.resolve("jobs"), "echo caf\u00e9 \u2026\n");

        Tool.Outcome fromFile = run(locale, "\"$@\" --json json -f jobs");
        JsonObject ofFile = result();
        Tool.Outcome fromArgument = run(locale, "\"$@\" --json json \"$(cat jobs)\"");

        assertThat(fromFile.stdout()).isEqualTo("1: caf\u00e9 \u2026\n");
        assertThat(fromArgument.stdout()).isEqualTo(fromFile.stdout());
        assertThat(ofFile.get("command").getAsString()).isEqualTo("echo caf\u00e9 \u2026");
        assertThat(result().get("command")).isEqualTo(ofFile.get("command"));
        assertThat(result().has("commandBytes")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void nameOfAFile_isTakenAsItIs(String locale) throws Exception {
        String script =
                "n=\"$(printf 'caf\\351 \\303\\251')\"; echo 'echo hi' >\"$n\";"
                        + " \"$@\" -f \"$n\" --json \"$n.json\" && mv \"$n.json\" json";

        Tool.Outcome outcome = run(locale, script);

        assertThat(outcome.stderr()).contains("1 ok");
        assertThat(outcome.stdout()).isEqualTo("1: hi\n");
        assertThat(result().get("command").getAsString()).isEqualTo("echo hi");
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8"})
    void fileThatIsMissing_isSaidToBe(String locale) throws Exception {
        Tool.Outcome outcome = run(locale, "\"$@\" -f \"$(printf 'caf\\351')\"");

        assertThat(outcome.status()).isEqualTo(125);
        assertThat(outcome.errorLines()).hasSize(1);
        assertThat(outcome.stderr()).contains("-f caf\\xE9: cannot be read: no such file");
    }
}

package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.createSubprocess;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.Asyncio;
import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Arguments, variables and paths are bytes: each locale has a JVM of its own. */
@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class BytesTest {
    /** The word café in Latin-1, which is no UTF-8, and the character ü in UTF-8. */
    private static final String NAME = "caf\\351 \\303\\274";

    private static final String HEX = "636166e920c3bc";

    /** Passes on what it was given in every way, and prints what arrived. */
    static final class PassOn {
        private PassOn() {}

        public static void main(String[] arguments) throws Exception {
            Asyncio.run(() -> {
                print("argument", Command.exec("printf", "%s", arguments[1]));
                print("program", Command.exec(arguments[2]));
                var searched = Map.of("PATH", arguments[3]);
                print("searched", Command.exec("tool").environment(searched));
                var variable = Command.exec("sh", "-c", "printf %s \"$BYTES\"");
                print("inherited", variable);
                print("variable", variable.environmentPlus("MORE", "1"));
                Path directory = onlyEntry(Path.of(arguments[0]));
                print("directory", Command.exec("sh", "-c", "cat file").directory(directory));
                Path file = directory.resolve("file");
                print("file", Command.exec("cat").stdin(Stdio.file(file)));
                print("path", Command.exec("cat", Command.decode(file)));
                byte[] bytes = {'x', (byte) 0xff, (byte) 0x80};
                print("bytes", Command.exec("printf", "%s", Command.decode(bytes)));
                refused("\ud800");
                refused("\u20ac\ud83d");
                return null;
            });
            System.out.println("locale " + System.getProperty("sun.jnu.encoding"));
        }

        private static Path onlyEntry(Path directory) throws IOException {
            try (var entries = Files.list(directory)) {
                return entries.findFirst().orElseThrow();
            }
        }

        private static void print(String what, Command command) throws IOException {
            try (var p = createSubprocess(command.stdout(PIPE))) {
                System.out.println(what + " " + HexFormat.of().formatHex(p.communicate().stdout()));
            }
        }

        private static void refused(String argument) {
            try {
                Command.exec("true", argument);
                System.out.println("accepted");
            } catch (IllegalArgumentException e) {
                System.out.println("refused");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"C", "C.UTF-8", "en_US.ISO-8859-1"})
    @DisplayName(
            "what a program was given, and what it finds in a directory, is passed on as it is")
    void passOn_everyLocale_sameBytes(String locale, @TempDir Path directory) throws Exception {
        var environment = new HashMap<String, String>();
        environment.put("LC_ALL", locale);
        if (locale.contains("8859")) {
            environment.put("LOCPATH", latin1(directory).toString());
        }
        // A shell, for this JVM cannot write such names in every locale.
        String script =
                """
                n=$(printf '%s'); mkdir -p "$1/in/$n" && cd "$1/in/$n" && printf inside >file &&
                printf '#!/bin/sh\\nprintf ran' >"$n" && chmod +x "$n" && cp "$n" tool && cd "$1" &&
                shift && export BYTES="$n" && exec "$@" in "$n" "in/$n/$n" "in/$n"
                """
                        .formatted(NAME);
        var command = new ArrayList<>(List.of("sh", "-c", script, "sh", directory.toString()));
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(
                List.of(
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PassOn.class.getName()));
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        java.lang.Process java = builder.start();
        var output = new String(java.getInputStream().readAllBytes(), ISO_8859_1);
        java.waitFor();
        String inside = HexFormat.of().formatHex("inside".getBytes(ISO_8859_1));
        String ran = HexFormat.of().formatHex("ran".getBytes(ISO_8859_1));
        assertThat(output.lines())
                .containsSubsequence(
                        "argument " + HEX,
                        "program " + ran,
                        "searched " + ran,
                        "inherited " + HEX,
                        "variable " + HEX,
                        "directory " + inside,
                        "file " + inside,
                        "path " + inside,
                        "bytes 78ff80",
                        "refused",
                        "refused",
                        "locale "
                                + (locale.equals("C")
                                        ? "ANSI_X3.4-1968"
                                        : locale.substring(locale.indexOf('.') + 1)));
    }

    /** Makes the locale, which few machines have. */
    private static Path latin1(Path directory) throws Exception {
        Path locales = Files.createDirectory(directory.resolve("locales"));
        var command =
                List.of(
                        "sh",
                        "-c",
                        "localedef -i en_US -f ISO-8859-1 \"$1/en_US.ISO-8859-1\"",
                        "sh",
                        locales.toString());
        java.lang.Process localedef = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(localedef.getInputStream().readAllBytes(), ISO_8859_1);
        assumeTrue(localedef.waitFor() == 0, output);
        return locales;
    }

    @Test
    @DisplayName(
            "a string that cannot be encoded is refused, with its name, before anything is started")
    void noBytes_refused() {
        assertThatThrownBy(() -> Command.exec("echo", "a\ud800b"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "The argument \"a\\uD800b\" cannot be encoded: U+D800 at index 1 is half"
                                + " a character");
        assertThatThrownBy(() -> Command.exec("env").environment(Map.of("A", "\udfff")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("value of A")
                .hasMessageContaining("\\uDFFF");
        assertThatThrownBy(() -> Command.exec("env").environment(Map.of("\udfff", "1")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("a program whose name is no text is named by its bytes where it cannot be started")
    void missing_messageNamesBytes() {
        String name = Command.decode(new byte[] {'n', 'o', (byte) 0xe9});
        for (String program : List.of(name, "/" + name)) {
            assertThatThrownBy(() -> Asyncio.run(() -> createSubprocess(Command.exec(program))))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("no\\xE9");
        }
    }
}

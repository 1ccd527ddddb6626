package io.asyncio4j.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Compiles and runs the first program of the README, as it stands there, in both task modes. */
class ReadmeTest {

    private static final Pattern PROGRAM = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);

    @TempDir private Path folder;

    @DisplayName("The first program prints what its child says, and how it ended")
    @ParameterizedTest
    @ValueSource(strings = {"carrier", "handoff"})
    void firstProgram_runs(String mode) throws Exception {
        Matcher readme = PROGRAM.matcher(Files.readString(Path.of("..", "README.md")));
        assertThat(readme.find()).isTrue();
        Path program = Files.writeString(folder.resolve("First.java"), readme.group(1));
        Process java =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                                "-Dasyncio4j.tasks=" + mode,
                                "-cp",
                                Library.location(),
                                program.toString())
                        .redirectErrorStream(true)
                        .start();
        String output = new String(java.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(output.lines())
                .containsExactly("child says 1", "child says 2", "child says 3", "Exited(0)");
        assertThat(java.waitFor()).isZero();
    }
}

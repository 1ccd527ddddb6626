package io.asyncio4j.graalpy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Well-known programs of asyncio on our policy, from Debian's packages, which are fetched and not
 * installed. Without a Debian that can be reached the test is aborted.
 */
@Tag("mode-independent")
class RealProgramsTest {
    private static final Path WORK = Path.of("target", "debian").toAbsolutePath();
    private static final List<String> PACKAGES =
            List.of(
                    "python3-uvicorn",
                    "python3-h11",
                    "python3-click",
                    "python3-asgiref",
                    "python3-typing-extensions",
                    "python3-tornado",
                    "python3-anyio",
                    "python3-sniffio",
                    "python3-idna");

    @Test
    @DisplayName(
            "uvicorn and tornado serve a request of curl, and anyio's tasks, children and streams work")
    void programs() throws Exception {
        Path packages = packages();
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of(
                        "--enable-native-access=ALL-UNNAMED",
                        "--add-opens=java.base/java.lang=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        PythonMain.class.getName(),
                        Path.of("src", "test", "python", "programs.py").toString(),
                        packages.toString()));
        Path errors = WORK.resolve("programs.err");
        Result result = run(command, errors);
        assertThat(result.output)
                .describedAs("what the programs print; errors: %s", Files.readString(errors))
                .containsExactly(
                        "uvicorn: GET /hello on asyncio4j._loop 0",
                        "tornado: GET on asyncio4j._loop 0",
                        "anyio: True through a child 42 echo True asyncio4j._loop");
        assertThat(Files.readString(errors)).isEmpty();
        assertThat(result.status).isZero();
    }

    private static Path packages() throws Exception {
        if (!onPath("apt-get") || !onPath("dpkg-deb") || !onPath("curl")) {
            return abort("apt-get, dpkg-deb and curl are needed to fetch and use the programs");
        }
        Path packages = WORK.resolve("root/usr/lib/python3/dist-packages");
        if (!Files.isDirectory(packages.resolve("uvicorn"))) {
            Files.createDirectories(WORK);
            var command = new ArrayList<>(List.of("apt-get", "-q", "download"));
            command.addAll(PACKAGES);
            Path log = WORK.resolve("apt-get.log");
            if (run(command, log).status != 0) {
                return abort("The programs could not be fetched: " + Files.readString(log));
            }
            try (var files = Files.newDirectoryStream(WORK, "*.deb")) {
                for (Path file : files) {
                    List<String> unpack = List.of("dpkg-deb", "-x", file.toString(), "root");
                    assertThat(run(unpack, log).status).describedAs("of %s", unpack).isZero();
                }
            }
        }
        return packages;
    }

    private static boolean onPath(String program) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }

    private record Result(int status, List<String> output) {}

    private static Result run(List<String> command, Path errors)
            throws IOException, InterruptedException {
        boolean fetches = !command.getFirst().endsWith("java");
        Process process =
                new ProcessBuilder(command)
                        .directory(fetches ? WORK.toFile() : null)
                        .redirectError(errors.toFile())
                        .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
                        .start();
        try {
            List<String> output = process.inputReader(UTF_8).lines().toList();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Result(process.exitValue(), output);
        } finally {
            process.destroyForcibly();
        }
    }
}

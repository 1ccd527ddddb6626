package io.asyncio4j.graalpy.judge;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An installed CPython 3.12 that has its tests.
 *
 * @param executable the interpreter, which tests that start Python children use as well
 * @param tests the folder of its package {@code test}
 */
record CPython(Path executable, Path tests) {

    static final String WHERE =
            "No CPython 3.12 with its tests was found: name its interpreter in the property"
                    + " asyncio4j.cpython or in ASYNCIO4J_CPYTHON";

    private static final String QUESTION =
            "import os, sys, test; assert sys.version_info[:2] == (3, 12);"
                    + " print(os.path.dirname(test.__file__)); print(sys.executable)";

    /** Looks where the property or the environment says, in the path, and in pyenv's folder. */
    static Optional<CPython> find() throws IOException {
        String named = System.getProperty("asyncio4j.cpython", System.getenv("ASYNCIO4J_CPYTHON"));
        if (named != null && !named.isBlank()) {
            return ask(Path.of(named));
        }
        for (Path candidate : candidates()) {
            Optional<CPython> found = ask(candidate);
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static List<Path> candidates() throws IOException {
        var candidates = new ArrayList<Path>();
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(File.pathSeparator)) {
            candidates.add(Path.of(folder, "python3.12"));
        }
        Path versions = Path.of(System.getProperty("user.home"), ".pyenv", "versions");
        if (Files.isDirectory(versions)) {
            try (DirectoryStream<Path> found = Files.newDirectoryStream(versions, "3.12*")) {
                found.forEach(version -> candidates.add(version.resolve("bin/python3.12")));
            }
        }
        candidates.removeIf(candidate -> !Files.isExecutable(candidate));
        return candidates;
    }

    private static Optional<CPython> ask(Path executable) {
        try {
            Process process =
                    new ProcessBuilder(executable.toString(), "-c", QUESTION)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            process.getOutputStream().close();
            List<String> answer = process.inputReader().lines().toList();
            if (!process.waitFor(60, TimeUnit.SECONDS)
                    || process.exitValue() != 0
                    || answer.size() != 2) {
                return Optional.empty();
            }
            Path tests = Path.of(answer.get(0));
            return Files.isDirectory(tests.resolve("test_asyncio"))
                    ? Optional.of(new CPython(Path.of(answer.get(1)), tests))
                    : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot start " + executable, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}

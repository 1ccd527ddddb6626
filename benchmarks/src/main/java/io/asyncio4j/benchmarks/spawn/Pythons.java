package io.asyncio4j.benchmarks.spawn;

import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The Python interpreters of this machine: those on the PATH, and pyenv's where that is on it. */
public final class Pythons {

    private static final String NAME = "python3(\\.\\d+)?";

    /**
     * One interpreter that works.
     *
     * @param program its path
     * @param version such as {@code 3.12.1}
     * @param watchers the child watchers that a user can choose
     * @param uvloop whether uvloop can be imported
     */
    public record Python(Path program, String version, List<String> watchers, boolean uvloop) {}

    private final List<Python> found;

    private Pythons(List<Python> found) {
        this.found = found;
    }

    /** Asks every interpreter that can be found to describe itself. */
    public static Pythons find(Path spawnPeer) throws InterruptedException {
        List<Python> found = new ArrayList<>();
        for (Path candidate : candidates()) describe(candidate, spawnPeer).ifPresent(found::add);
        return new Pythons(found);
    }

    public Optional<Python> first(Predicate<Python> wanted) {
        return found.stream().filter(wanted).findFirst();
    }

    private static Set<Path> candidates() throws InterruptedException {
        Set<Path> candidates = new LinkedHashSet<>();
        String path = System.getenv().getOrDefault("PATH", "");
        for (String directory : path.split(File.pathSeparator)) {
            candidates.addAll(interpreters(Path.of(directory)));
        }
        output("pyenv", "root")
                .map(root -> Path.of(root.strip(), "versions"))
                .ifPresent(versions -> {
                    for (Path version : list(versions)) {
                        candidates.addAll(interpreters(version.resolve("bin")));
                    }
                });
        return candidates;
    }

    private static List<Path> interpreters(Path directory) {
        return list(directory).stream()
                .filter(file -> file.getFileName().toString().matches(NAME))
                .filter(Files::isExecutable)
                .toList();
    }

    private static List<Path> list(Path directory) {
        if (!Files.isDirectory(directory)) return List.of();
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /** Empty for what is not an interpreter after all, such as pyenv's stand-ins. */
    private static Optional<Python> describe(Path program, Path spawnPeer)
            throws InterruptedException {
        return output(program.toString(), spawnPeer.toString(), "--describe")
                .flatMap(line -> {
                    try {
                        return Optional.of(parse(program, line));
                    } catch (JsonParseException | IllegalStateException e) {
                        return Optional.empty();
                    }
                });
    }

    private static Python parse(Path program, String line) {
        JsonObject description = JsonParser.parseString(line).getAsJsonObject();
        List<String> watchers = new ArrayList<>();
        description.getAsJsonArray("watchers").forEach(name -> watchers.add(name.getAsString()));
        return new Python(
                program,
                description.get("python").getAsString(),
                List.copyOf(watchers),
                !description.get("uvloop").isJsonNull());
    }

    private static Optional<String> output(String... command) throws InterruptedException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String text = new String(process.getInputStream().readAllBytes());
            boolean ended = process.waitFor(10, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0 ? Optional.of(text) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}

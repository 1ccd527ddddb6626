package io.asyncio4j.benchmarks.spawn;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The programs in C: three tiny children and the floor.
 *
 * @param tiny exits at once
 * @param hello writes six bytes and exits
 * @param idle waits for a signal
 * @param floor the contestant in C
 */
record ChildPrograms(Path tiny, Path hello, Path idle, Path floor) {

    private static final List<String> FLAGS =
            List.of("-O2", "-Wall", "-Wextra", "-Werror", "-std=gnu11");
    private static final List<String> FREESTANDING =
            List.of(
                    "-DFREESTANDING",
                    "-nostdlib",
                    "-static",
                    "-ffreestanding",
                    "-fno-stack-protector",
                    "-fno-pie",
                    "-no-pie");

    /**
     * Compiles them with {@code $CC} or {@code cc}.
     *
     * @param sources where the C files are
     * @param target where the programs go
     * @throws IOException if there is no compiler, or it refuses the sources
     */
    static ChildPrograms build(Path sources, Path target) throws IOException, InterruptedException {
        Files.createDirectories(target);
        return new ChildPrograms(
                tiny(sources, target, "tiny"),
                tiny(sources, target, "tiny-hello", "-DHELLO"),
                tiny(sources, target, "tiny-idle", "-DIDLE"),
                compile(sources.resolve("spawn_floor.c"), target.resolve("spawn_floor"), FLAGS));
    }

    /** Without libc where the processor is known, then static, then as the system has it. */
    private static Path tiny(Path sources, Path target, String name, String... defines)
            throws IOException, InterruptedException {
        IOException refused = new IOException("no way to build " + name);
        for (List<String> way : List.of(FREESTANDING, List.of("-static"), List.<String>of())) {
            List<String> flags = new ArrayList<>(FLAGS);
            flags.addAll(way);
            flags.addAll(List.of(defines));
            try {
                return compile(sources.resolve("tiny.c"), target.resolve(name), flags);
            } catch (IOException e) {
                refused.addSuppressed(e);
            }
        }
        throw refused;
    }

    private static Path compile(Path source, Path program, List<String> flags)
            throws IOException, InterruptedException {
        String compiler = System.getenv().getOrDefault("CC", "cc");
        List<String> command = new ArrayList<>(List.of(compiler));
        command.addAll(flags);
        command.addAll(List.of("-o", program.toString(), source.toString()));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String messages = new String(process.getInputStream().readAllBytes());
        int status = process.waitFor();
        if (status != 0) throw new IOException(command + " exits " + status + "\n" + messages);
        return program;
    }
}

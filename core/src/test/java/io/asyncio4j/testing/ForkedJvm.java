package io.asyncio4j.testing;

import io.asyncio4j.spi.LoopContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs a program in another JVM, in the task mode of this one. */
public final class ForkedJvm {

    private ForkedJvm() {}

    /**
     * Returns what {@code main} has printed.
     *
     * @param prefix a command that runs the command after it
     * @param flags for java
     */
    public static String run(
            List<String> prefix, List<String> flags, Class<?> main, String... arguments)
            throws IOException, InterruptedException {
        var java = new ArrayList<String>(prefix);
        java.add(System.getProperty("java.home") + "/bin/java");
        if (LoopContext.mode() == LoopContext.TaskMode.CARRIER) {
            java.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
            java.add("-Dasyncio4j.tasks=carrier");
        } else {
            java.add("-Dasyncio4j.tasks=handoff");
        }
        java.add("-XX:+UseSerialGC");
        java.addAll(flags);
        java.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        java.addAll(List.of(arguments));
        Process process = new ProcessBuilder(java).redirectErrorStream(true).start();
        try {
            // A program that hangs fails its test instead of the build.
            Thread guard = Thread.ofVirtual().start(() -> killLate(process));
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int status = process.waitFor();
            guard.interrupt();
            return output + "status " + status + "\n";
        } finally {
            process.destroyForcibly();
        }
    }

    private static void killLate(Process process) {
        try {
            if (!process.waitFor(90, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException ended) {
            // As it should.
        }
    }
}

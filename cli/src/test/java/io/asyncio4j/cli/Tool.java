package io.asyncio4j.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The tool in a JVM of its own, as a user starts it. */
final class Tool implements AutoCloseable {
    /** What a run of the tool has left. */
    record Outcome(int status, String stdout, String stderr) {
        List<String> errorLines() {
            return stderr.lines().toList();
        }
    }

    static final List<String> NATIVE_ACCESS =
            List.of(
                    "--enable-native-access=ALL-UNNAMED",
                    "--add-opens=java.base/java.lang=ALL-UNNAMED");

    private final Process process;
    private final Path stderr;
    private final BufferedReader stdout;

    private Tool(Process process, Path stderr) {
        this.process = process;
        this.stderr = stderr;
        this.stdout = new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8));
    }

    /** Starts it in a task mode. */
    static Tool start(Path scratch, String mode, String... arguments) throws IOException {
        var options = new ArrayList<>(NATIVE_ACCESS);
        options.add("-Dasyncio4j.tasks=" + mode);
        return start(scratch, options, arguments);
    }

    static Tool start(Path scratch, List<String> jvmOptions, String... arguments)
            throws IOException {
        return start(scratch, List.of(), command(jvmOptions, arguments));
    }

    /** Starts it from a script of the shell, for which {@code "$@"} is the tool. */
    static Tool startFrom(
            Path scratch, String script, String mode, String classPath, String... arguments)
            throws IOException {
        var options = new ArrayList<>(NATIVE_ACCESS);
        options.add("-Dasyncio4j.tasks=" + mode);
        options.addAll(List.of("-cp", classPath));
        return start(scratch, List.of("sh", "-c", script, "sh"), command(options, arguments));
    }

    private static Tool start(Path scratch, List<String> prefix, List<String> command)
            throws IOException {
        Path stderr = Files.createTempFile(scratch, "stderr", "");
        var all = new ArrayList<>(prefix);
        all.addAll(command);
        Process process =
                new ProcessBuilder(all)
                        .directory(scratch.toFile())
                        .redirectError(stderr.toFile())
                        .start();
        return new Tool(process, stderr);
    }

    static String classPath() {
        return System.getProperty("java.class.path");
    }

    /**
     * Returns the command that starts it; options come after the class path, and may replace it.
     */
    static List<String> command(List<String> jvmOptions, String... arguments) {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto"));
        command.addAll(List.of("-cp", classPath()));
        command.addAll(jvmOptions);
        command.add(Main.class.getName());
        command.addAll(List.of(arguments));
        return command;
    }

    /** Runs it to its end. */
    static Outcome run(Path scratch, String... arguments) throws Exception {
        try (var tool = start(scratch, "auto", arguments)) {
            return tool.end();
        }
    }

    /** Returns a line of its standard output. */
    String readLine() throws IOException {
        String line = stdout.readLine();
        if (line == null) {
            throw new IOException("the tool has ended: " + Files.readString(stderr));
        }
        return line;
    }

    /** Reads some of its standard output; returns how many characters, negative at the end. */
    int read() throws IOException {
        return stdout.read(new char[64 * 1024]);
    }

    void write(String input) throws IOException {
        try (var stdin = process.getOutputStream()) {
            stdin.write(input.getBytes(UTF_8));
        }
    }

    void closeStdout() throws IOException {
        stdout.close();
    }

    void signal(String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    }

    /** Waits for its end; standard output is what {@link #readLine} has not taken. */
    Outcome end() throws Exception {
        var rest = new StringBuilder();
        char[] buffer = new char[8192];
        for (int n; (n = stdout.read(buffer)) > 0; ) {
            rest.append(buffer, 0, n);
        }
        return status(rest.toString());
    }

    Outcome status(String output) throws Exception {
        return new Outcome(process.waitFor(), output, Files.readString(stderr));
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }

    /** Returns whether a process runs, and is not merely a zombie that nobody reaps. */
    static boolean isRunning(long pid) throws IOException {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state != 'Z' && state != 'X';
        } catch (IOException e) {
            return false;
        }
    }
}

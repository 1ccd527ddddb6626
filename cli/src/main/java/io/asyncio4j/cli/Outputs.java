package io.asyncio4j.cli;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Where everything goes that a run writes: the jobs' output, the results, the tool's own words. */
final class Outputs implements Job.Outputs, AutoCloseable {
    private final Pump pump;
    private final Sink stdout;
    private final Sink stderr;
    private final @Nullable Sink jsonFile;
    private final LineMerger outLines;
    private final LineMerger errLines;
    private final boolean jsonToStdout;
    private final boolean tags;
    private Consumer<Sink> onFailure = sink -> {};

    /**
     * Begins to write.
     *
     * @param jsonFile the sink of the results, or null; then {@code jsonToStdout} says whether they
     *     take standard output, and the jobs' output standard error
     * @param oneFile whether standard output and standard error are the same file
     */
    Outputs(
            EventLoop loop,
            Sink stdout,
            Sink stderr,
            @Nullable Sink jsonFile,
            boolean jsonToStdout,
            boolean tags,
            boolean oneFile) {
        this.pump = new Pump(loop, stderr, sink -> onFailure.accept(sink));
        this.stdout = stdout;
        this.stderr = stderr;
        this.jsonFile = jsonFile;
        this.jsonToStdout = jsonToStdout;
        this.tags = tags;
        this.outLines = new LineMerger(loop, pump);
        this.errLines = oneFile ? outLines : new LineMerger(loop, pump);
    }

    /** Calls {@code listener} on the loop, once for each sink that cannot be written any more. */
    void onFailure(Consumer<Sink> listener) {
        onFailure = listener;
    }

    /** Returns whether standard output and standard error are the same file, as on a terminal. */
    static boolean areOneFile() {
        try {
            return Files.isSameFile(Path.of("/dev/fd/1"), Path.of("/dev/fd/2"));
        } catch (IOException e) {
            // Where it cannot be known: taken for one file, lines at least do not mix.
            return true;
        }
    }

    @Override
    public LineStream stream(int fd, int job, Runnable onDone) {
        boolean toStdout = fd == 1 && !jsonToStdout;
        return new LineStream(
                toStdout ? outLines : errLines, toStdout ? stdout : stderr, job, tags, onDone);
    }

    @Override
    public boolean areStuck() {
        return pump.isStuck();
    }

    /** Writes the result of a job, if that was asked for. */
    void writeJson(JobResult result, String command) {
        if (jsonToStdout) {
            outLines.writeLine(stdout, JsonLines.line(result, command));
        } else if (jsonFile != null) {
            pump.write(jsonFile, JsonLines.line(result, command));
        }
    }

    /** Tells the user something, on standard error. */
    void say(String message) {
        errLines.writeLine(
                stderr, ("asyncio4j: " + message + "\n").getBytes(StandardCharsets.UTF_8));
    }

    boolean showsProgress() {
        return stderr.isTerminal();
    }

    void setStatus(String line) {
        pump.setStatus(line);
    }

    /** Writes the last words, on standard error, after everything that waits. */
    void finish(byte[] text) {
        outLines.releaseAll();
        errLines.releaseAll();
        pump.setStatus("");
        errLines.writeLine(stderr, text);
    }

    List<Sink> sinks() {
        var sinks = new ArrayList<Sink>(List.of(stdout, stderr));
        if (jsonFile != null) {
            sinks.add(jsonFile);
        }
        return sinks;
    }

    @Override
    public void close() {
        pump.close();
    }

    /** As {@link #close()}, unless nobody reads for as long as {@code patience}. */
    void close(Duration patience) {
        pump.close(patience);
    }
}

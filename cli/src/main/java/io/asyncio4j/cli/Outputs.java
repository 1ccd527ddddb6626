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

/** Writes all output of a run: that of the jobs, the results, and the tool's own messages. */
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
     * Creates the outputs, and starts the thread that writes them.
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

    /** Calls {@code listener} on the loop, once for each sink that can no longer be written. */
    void onFailure(Consumer<Sink> listener) {
        onFailure = listener;
    }

    /** Returns whether standard output and standard error are the same file, as on a terminal. */
    static boolean areOneFile() {
        try {
            return Files.isSameFile(Path.of("/dev/fd/1"), Path.of("/dev/fd/2"));
        } catch (IOException e) {
            // Unknown: treated as one file, so that lines do not mix in any case.
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

    /** Writes the result of a job, if JSON was requested. */
    void writeJson(JobResult result, String command) {
        if (jsonToStdout) {
            outLines.writeLine(stdout, JsonLines.line(result, command));
        } else if (jsonFile != null) {
            pump.write(jsonFile, JsonLines.line(result, command));
        }
    }

    /** Writes a message for the user to standard error. */
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

    /** Writes the final text to standard error, after everything that is queued. */
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

    /** As {@link #close()}, but gives up when nothing could be written for {@code patience}. */
    void close(Duration patience) {
        pump.close(patience);
    }
}

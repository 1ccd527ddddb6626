package io.asyncio4j.cli;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;

/**
 * Keeps lines of different jobs from mixing in one output. Complete lines pass at once. A line that
 * is too long for memory reserves the output for its job: until the line ends, other jobs are held,
 * as by a full pipe. If its job is silent for a while, the line is broken so that the others can
 * continue; the job may be waiting for them.
 *
 * <p>Used on the loop only.
 */
final class LineMerger {
    private static final Duration SILENCE = Duration.ofSeconds(1);
    private static final byte[] NEWLINE = {'\n'};

    private final EventLoop loop;
    private final Pump pump;
    private final ArrayDeque<Held> held = new ArrayDeque<>();

    // The job that has reserved the output for a long line; 0 means none.
    private int owner;
    private long ownerActive;
    private boolean watching;
    // The writer and the sink of the last line, which has no newline yet.
    private @Nullable Object openLine;
    private @Nullable Sink openSink;

    /** A stream that waits for the output to be free. */
    interface Held {
        /** Returns the job it belongs to. */
        int job();

        /** Called when the output is free, or reserved for this job. */
        void release();
    }

    LineMerger(EventLoop loop, Pump pump) {
        this.loop = loop;
        this.pump = pump;
    }

    Pump pump() {
        return pump;
    }

    /** Returns whether {@code job} may write now. */
    boolean isFreeFor(int job) {
        return owner == 0 || owner == job;
    }

    /** Calls {@code waiter} once the output is free for it. */
    void hold(Held waiter) {
        held.add(waiter);
        watchForSilence();
    }

    /** Writes a line of the tool itself, now or as soon as the output is free. */
    void writeLine(Sink sink, byte[] line) {
        if (!isFreeFor(0)) {
            hold(new OwnLine(sink, line));
            return;
        }
        beginLine(sink, line);
        pump.write(sink, line);
        endLine();
    }

    private final class OwnLine implements Held {
        private final Sink sink;
        private final byte[] line;

        OwnLine(Sink sink, byte[] line) {
            this.sink = sink;
            this.line = line;
        }

        @Override
        public int job() {
            return 0;
        }

        @Override
        public void release() {
            writeLine(sink, line);
        }
    }

    /** Called before the first bytes of a line; ends the previous line if it is still open. */
    void beginLine(Sink sink, Object writer) {
        if (openLine != null && openSink != null) {
            pump.write(openSink, NEWLINE);
        }
        openLine = writer;
        openSink = sink;
    }

    /** Called after the newline of a line. */
    void endLine() {
        openLine = null;
        openSink = null;
    }

    /** Returns whether the last bytes were {@code writer}'s and its line has not ended. */
    boolean isOpen(Object writer) {
        return openLine == writer;
    }

    /** Called with each part of a long line. */
    void own(int job) {
        owner = job;
        ownerActive = loop.time();
    }

    /** Called at the end of a long line. */
    void disown(int job) {
        if (owner == job) {
            owner = 0;
            if (!held.isEmpty()) {
                // Later, because the caller may have more to write.
                loop.callSoon(this::releaseHeld);
            }
        }
    }

    /** Releases all that wait; for the end, when no job is left. */
    void releaseAll() {
        owner = 0;
        releaseHeld();
    }

    private void releaseHeld() {
        // Each may reserve the output, or be held again behind those that wait already.
        for (int count = held.size(); count > 0; count--) {
            Held next = held.remove();
            if (isFreeFor(next.job())) {
                next.release();
            } else {
                held.add(next);
            }
        }
    }

    private void watchForSilence() {
        if (watching || held.isEmpty()) {
            return;
        }
        watching = true;
        loop.callLater(SILENCE, this::breakSilentLine);
    }

    private void breakSilentLine() {
        watching = false;
        if (owner != 0 && loop.time() - ownerActive >= SILENCE.toNanos() && !pump.isCongested()) {
            owner = 0;
            releaseHeld();
        }
        watchForSilence();
    }

    void write(Sink sink, ByteBuffer bytes) {
        pump.write(sink, bytes);
    }
}

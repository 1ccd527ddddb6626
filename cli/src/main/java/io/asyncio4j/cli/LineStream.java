package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * One output stream of a job on its way to a sink, line by line.
 *
 * <pre>
 *              received                    line longer than LIMIT
 *   collecting --------> collecting, lines out ------------> passing the line through
 *      ^                                                          |
 *      +---------------------- newline, or end -------------------+
 * </pre>
 *
 * <p>Used on the loop only.
 */
final class LineStream implements LineMerger.Held {
    /** The longest line that is kept in memory, in bytes. */
    static final int LIMIT = 64 * 1024;

    private static final byte[] NOTHING = {};

    /** Pauses and resumes the job's output. */
    interface Flow {
        /** Pauses the output. */
        void pause();

        /** Resumes the output. */
        void resume();
    }

    private final LineMerger merger;
    private final Sink sink;
    private final int job;
    private final byte[] tag;
    private @Nullable Flow flow;
    private final Runnable onDone;

    // The beginning of a line whose end has not arrived yet.
    private byte[] partial = NOTHING;
    private int partialLength;
    // Whether the beginning of the current line has been passed on already.
    private boolean passing;
    // Data that arrived while the output was reserved for another job.
    private byte @Nullable [] heldBytes;
    private boolean congested;
    private boolean paused;
    private boolean ended;
    private boolean done;

    /**
     * Creates a stream.
     *
     * @param tagged whether each line begins with the job's number
     * @param onDone called when everything has been passed on after the end
     */
    LineStream(LineMerger merger, Sink sink, int job, boolean tagged, Runnable onDone) {
        this.merger = merger;
        this.sink = sink;
        this.job = job;
        this.tag = tagged ? (job + ": ").getBytes(StandardCharsets.US_ASCII) : NOTHING;
        this.onDone = onDone;
    }

    void setFlow(Flow newFlow) {
        flow = newFlow;
    }

    @Override
    public int job() {
        return job;
    }

    boolean isDone() {
        return done;
    }

    boolean isPaused() {
        return paused;
    }

    /** Accepts data that the job has written. */
    void received(ByteBuffer data) {
        if (heldBytes != null || !merger.isFreeFor(job)) {
            hold(data);
            return;
        }
        pass(data);
        pauseIfCongested();
    }

    /** Ends the stream: no more data will arrive. */
    void end() {
        if (ended) {
            return;
        }
        ended = true;
        if (heldBytes == null) {
            if (partialLength > 0 && !merger.isFreeFor(job)) {
                hold(ByteBuffer.wrap(NOTHING));
            } else {
                finish();
            }
        }
    }

    private void hold(ByteBuffer data) {
        byte[] before = heldBytes;
        if (before == null) {
            before = NOTHING;
            merger.hold(this);
        }
        byte[] all = Arrays.copyOf(before, before.length + data.remaining());
        data.get(all, before.length, data.remaining());
        heldBytes = all;
        updateFlow();
    }

    @Override
    public void release() {
        byte[] bytes = heldBytes;
        heldBytes = null;
        if (bytes != null) {
            pass(ByteBuffer.wrap(bytes));
        }
        if (ended) {
            finish();
        } else {
            pauseIfCongested();
            updateFlow();
        }
    }

    private void finish() {
        if (partialLength > 0) {
            begin();
            merger.write(sink, ByteBuffer.wrap(partial, 0, partialLength));
            partialLength = 0;
        }
        partial = NOTHING;
        done = true;
        if (passing) {
            passing = false;
            merger.disown(job);
        }
        onDone.run();
    }

    private void pass(ByteBuffer data) {
        int start = data.position();
        while (start < data.limit()) {
            // Without tags, several lines can be written as one.
            int newline = tag.length > 0 ? firstNewline(data, start) : lastNewline(data, start);
            if (newline < 0) {
                beginning(data.slice(start, data.limit() - start));
                return;
            }
            line(data.slice(start, newline + 1 - start));
            start = newline + 1;
        }
    }

    private static int firstNewline(ByteBuffer data, int from) {
        for (int i = from; i < data.limit(); i++) {
            if (data.get(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static int lastNewline(ByteBuffer data, int from) {
        for (int i = data.limit() - 1; i >= from; i--) {
            if (data.get(i) == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Passes on bytes that end with a newline, after the stored beginning of the line. */
    private void line(ByteBuffer bytes) {
        if (passing) {
            goOn(bytes);
            merger.endLine();
            passing = false;
            merger.disown(job);
            return;
        }
        begin();
        if (partialLength > 0) {
            merger.write(sink, ByteBuffer.wrap(partial, 0, partialLength));
            partialLength = 0;
        }
        merger.write(sink, bytes);
        merger.endLine();
    }

    private void beginning(ByteBuffer bytes) {
        if (passing) {
            goOn(bytes);
            return;
        }
        if (partialLength + bytes.remaining() <= LIMIT) {
            keep(bytes);
            return;
        }
        begin();
        merger.write(sink, ByteBuffer.wrap(partial, 0, partialLength));
        merger.write(sink, bytes);
        partial = NOTHING;
        partialLength = 0;
        passing = true;
        merger.own(job);
    }

    private void goOn(ByteBuffer bytes) {
        if (!merger.isOpen(this)) {
            // The line was broken to let another one through.
            begin();
        }
        merger.own(job);
        merger.write(sink, bytes);
    }

    private void begin() {
        merger.beginLine(sink, this);
        if (tag.length > 0) {
            merger.write(sink, ByteBuffer.wrap(tag));
        }
    }

    private void keep(ByteBuffer bytes) {
        int length = partialLength + bytes.remaining();
        if (length > partial.length) {
            partial = Arrays.copyOf(partial, Math.max(length, Math.min(LIMIT, length * 2)));
        }
        bytes.get(partial, partialLength, bytes.remaining());
        partialLength = length;
    }

    private void pauseIfCongested() {
        if (!congested && !ended && merger.pump().isCongested()) {
            congested = true;
            merger.pump()
                    .whenRelieved(() -> {
                        congested = false;
                        updateFlow();
                    });
            updateFlow();
        }
    }

    private void updateFlow() {
        boolean wanted = congested || heldBytes != null;
        Flow current = flow;
        if (wanted == paused || current == null || ended) {
            return;
        }
        paused = wanted;
        if (wanted) {
            current.pause();
        } else {
            current.resume();
        }
    }
}

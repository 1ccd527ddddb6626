package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes for several sinks, in order. Filled on the loop, then passed to the pump's thread. */
final class Batch {
    static final int CAPACITY = 64 * 1024;

    private final ByteBuffer bytes = ByteBuffer.allocateDirect(CAPACITY);
    // Part i goes to sinks[i] and ends at ends[i].
    private Sink[] sinks = new Sink[8];
    private int[] ends = new int[8];
    private int parts;
    private @Nullable String status;

    /** Copies as much of {@code data} as fits. */
    void put(Sink sink, ByteBuffer data) {
        if (parts == 0 || sinks[parts - 1] != sink) {
            if (parts == sinks.length) {
                sinks = Arrays.copyOf(sinks, parts * 2);
                ends = Arrays.copyOf(ends, parts * 2);
            }
            sinks[parts++] = sink;
        }
        int length = Math.min(bytes.remaining(), data.remaining());
        bytes.put(data.slice(data.position(), length));
        data.position(data.position() + length);
        ends[parts - 1] = bytes.position();
    }

    boolean isFull() {
        return !bytes.hasRemaining();
    }

    int size() {
        return bytes.position();
    }

    /** Sets the line that the terminal shows below everything else from now on. */
    void setStatus(String line) {
        status = line;
    }

    @Nullable
    String status() {
        return status;
    }

    int parts() {
        return parts;
    }

    Sink sink(int part) {
        return sinks[part];
    }

    /** Returns a view of a part, shared with the batch. */
    ByteBuffer bytes(int part) {
        int start = part == 0 ? 0 : ends[part - 1];
        return bytes.slice(start, ends[part] - start);
    }

    void clear() {
        bytes.clear();
        Arrays.fill(sinks, 0, parts, null);
        parts = 0;
        status = null;
    }
}

package io.asyncio4j.io;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.LongSupplier;

/** Writes at once what a channel takes, at most an endpoint's share of an iteration of the loop. */
final class WriteShare {
    /** The most bytes that one endpoint writes in an iteration, so that others get their turn. */
    static final int BOUND = 4 * 64 * 1024;

    private final ReadyChannel channel;
    private final LongSupplier iterations;
    private long iteration = -1;
    private int written;

    /**
     * Creates a share.
     *
     * @param iterations the number of the loop's iteration
     */
    WriteShare(ReadyChannel channel, LongSupplier iterations) {
        this.channel = channel;
        this.iterations = iterations;
    }

    /** Writes the beginning of {@code data}, perhaps all or nothing, and consumes it. */
    void write(ByteBuffer data) throws IOException {
        int end = data.limit();
        for (int left; data.position() < end && (left = left()) > 0; ) {
            data.limit(Math.min(end, data.position() + left));
            try {
                int n = channel.write(data);
                if (n == ReadyChannel.WOULD_BLOCK) {
                    return;
                }
                written += n;
            } finally {
                data.limit(end);
            }
        }
    }

    /** Writes the beginning of what is queued, perhaps all or nothing. */
    void write(WriteQueue queue) throws IOException {
        int left = left();
        written += queue.writeTo(channel, left);
    }

    /** Returns how many bytes may still be written in this iteration. */
    private int left() {
        long now = iterations.getAsLong();
        if (now != iteration) {
            iteration = now;
            written = 0;
        }
        return BOUND - written;
    }
}

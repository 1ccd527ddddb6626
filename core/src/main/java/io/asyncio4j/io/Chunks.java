package io.asyncio4j.io;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Memory for what is queued to be written, kept for reuse by one loop: in steady state nothing is
 * allocated.
 */
final class Chunks {
    /** Bytes of a chunk: what a pipe holds, so what one system call can write. */
    static final int SIZE = 64 * 1024;

    // Above this many direct chunks, a loop's queues use the heap, which costs another copy.
    private static final int MOST_DIRECT = 64;
    private static final int MOST_IDLE = 16;

    private final ArrayDeque<ByteBuffer> idle = new ArrayDeque<>();
    private int direct;

    /** Returns an empty chunk: position and limit are 0. */
    ByteBuffer take() {
        ByteBuffer chunk = idle.poll();
        if (chunk == null) {
            if (direct < MOST_DIRECT) {
                direct++;
                chunk = ByteBuffer.allocateDirect(SIZE);
            } else {
                chunk = ByteBuffer.allocate(SIZE);
            }
        }
        return chunk.clear().limit(0);
    }

    void giveBack(ByteBuffer chunk) {
        if (chunk.isDirect()) {
            if (idle.size() < MOST_IDLE) {
                idle.push(chunk);
            } else {
                direct--;
            }
        }
    }
}

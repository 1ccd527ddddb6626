package io.asyncio4j.io;

import java.util.ArrayDeque;

/** Memory for queued bytes, which one loop reuses: in steady state nothing is allocated. */
final class Chunks {
    /** The bytes of a chunk: the capacity of a pipe, so the most that one system call can write. */
    static final int SIZE = 64 * 1024;

    // Beyond this many direct chunks, a loop's queues use the heap, which costs another copy.
    private static final int MOST_DIRECT = 64;
    private static final int MOST_IDLE = 16;

    private final ArrayDeque<Chunk> idle = new ArrayDeque<>();
    private int direct;

    /** Returns an empty chunk: position and limit are 0. */
    Chunk take() {
        Chunk chunk = idle.poll();
        if (chunk == null) {
            if (direct < MOST_DIRECT) {
                direct++;
                chunk = Chunk.direct();
            } else {
                chunk = Chunk.heap();
            }
        }
        chunk.bytes.clear().limit(0);
        return chunk;
    }

    void giveBack(Chunk chunk) {
        if (chunk.isDirect()) {
            if (idle.size() < MOST_IDLE) {
                idle.push(chunk);
            } else {
                direct--;
            }
        }
    }
}

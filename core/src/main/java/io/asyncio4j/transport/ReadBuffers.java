package io.asyncio4j.transport;

import io.asyncio4j.annotation.Nullable;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Lends the memory that a read goes to. It is needed from the system call until the protocol has
 * seen the data, so that loops need one at a time, however many transports they serve.
 *
 * <p>Safe from any thread.
 */
final class ReadBuffers {
    /** Bytes of a buffer, and so the most that one readiness event reads: what a pipe holds. */
    static final int SIZE = 64 * 1024;

    private static final int POOL = 8;
    private static final AtomicReferenceArray<@Nullable ByteBuffer> IDLE =
            new AtomicReferenceArray<>(POOL);

    private ReadBuffers() {}

    /** Lends an empty direct buffer. */
    static ByteBuffer take() {
        for (int i = 0; i < POOL; i++) {
            if (IDLE.getPlain(i) != null) {
                ByteBuffer idle = IDLE.getAndSet(i, null);
                if (idle != null) {
                    return idle.clear();
                }
            }
        }
        return ByteBuffer.allocateDirect(SIZE);
    }

    /** Takes a buffer back; more than the pool holds are left to the collector. */
    static void giveBack(ByteBuffer buffer) {
        for (int i = 0; i < POOL; i++) {
            if (IDLE.compareAndSet(i, null, buffer)) {
                return;
            }
        }
    }
}

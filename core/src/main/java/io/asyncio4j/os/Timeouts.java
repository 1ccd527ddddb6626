package io.asyncio4j.os;

import java.nio.ByteBuffer;

/**
 * Converts nanoseconds for the kernel. A wait may end late, but never early: all values are rounded
 * up.
 */
public final class Timeouts {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long NANOS_PER_MILLI = 1_000_000L;

    private Timeouts() {}

    /** Whole milliseconds: -1 for a negative timeout; clamped to what an {@code int} holds. */
    public static int millis(long nanos) {
        if (nanos <= 0) {
            return nanos < 0 ? -1 : 0;
        }
        long millis = nanos / NANOS_PER_MILLI + (nanos % NANOS_PER_MILLI == 0 ? 0 : 1);
        return (int) Math.min(millis, Integer.MAX_VALUE);
    }

    /** Stores a {@code struct timespec} at the start of the memory. */
    static void putTimespec(ByteBuffer memory, long nanos) {
        memory.putLong(0, nanos / NANOS_PER_SECOND).putLong(8, nanos % NANOS_PER_SECOND);
    }
}

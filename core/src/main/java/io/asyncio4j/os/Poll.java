package io.asyncio4j.os;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;

/**
 * A growing array of {@code pollfd} and the call that waits on it: {@code ppoll(2)}, else {@code
 * poll(2)}. For one thread at a time.
 */
public final class Poll {
    /** Readable. */
    public static final int IN = 0x1;

    /** Writable. */
    public static final int OUT = 0x4;

    /** An error is pending; always reported. */
    public static final int ERR = 0x8;

    /** The other side hung up; always reported. */
    public static final int HUP = 0x10;

    /** The descriptor is not open; always reported. */
    public static final int NVAL = 0x20;

    private static final int ENTRY = 8;
    private static final int EVENTS = 4;
    private static final int REVENTS = 6;

    private static final NativeFunction PPOLL = Libc.function("ppoll");
    private static final NativeFunction POLL = Libc.function("poll");

    private final Scratch scratch = Scratch.owned();
    private NativeBuffer memory = NativeBuffer.allocate(16 * ENTRY);
    private ByteBuffer entries = memory.bytes();

    /** Makes room for so many entries; those that are there are kept. */
    public void ensureCapacity(int count) {
        if (count * ENTRY > memory.size()) {
            NativeBuffer larger = NativeBuffer.allocate(Math.max(count * ENTRY, memory.size() * 2));
            larger.bytes().put(0, entries, 0, entries.capacity());
            memory = larger;
            entries = larger.bytes();
        }
    }

    /** Sets the entry at an index. */
    public void set(int index, int fd, int mask) {
        entries.putInt(index * ENTRY, fd).putShort(index * ENTRY + EVENTS, (short) mask);
    }

    /** What the last wait found for the entry at an index. */
    public int ready(int index) {
        return entries.getShort(index * ENTRY + REVENTS);
    }

    /** Forgets what the last wait found for the entry at an index. */
    public void clear(int index) {
        entries.putShort(index * ENTRY + REVENTS, (short) 0);
    }

    /**
     * Waits until one of the first {@code count} entries is ready.
     *
     * @param timeoutNanos negative for ever, 0 not at all; never cut short by rounding
     * @return how many are; 0 after the timeout or an interruption by a signal
     */
    public int await(int count, long timeoutNanos) throws IOException {
        int n;
        try {
            n = call(count, timeoutNanos);
        } finally {
            Reference.reachabilityFence(memory);
        }
        if (n < 0 && scratch.errno() != Errno.EINTR) {
            throw Errno.exception("poll", count + " descriptors", scratch.errno());
        }
        return Math.max(n, 0);
    }

    private int call(int count, long timeoutNanos) {
        if (!PPOLL.isPresent()) {
            return (int) POLL.call(scratch, memory.address(), count, Timeouts.millis(timeoutNanos));
        }
        long timeout = 0;
        if (timeoutNanos >= 0) {
            Timeouts.putTimespec(scratch.bytes, timeoutNanos);
            timeout = scratch.address;
        }
        return (int) PPOLL.call(scratch, memory.address(), count, timeout, 0);
    }

    /** Whether a descriptor is ready for any of the mask, or becomes so within the timeout. */
    public static boolean isReady(int fd, int mask, long timeoutNanos) throws IOException {
        Poll poll = new Poll();
        poll.set(0, fd, mask);
        return poll.await(1, timeoutNanos) > 0;
    }
}

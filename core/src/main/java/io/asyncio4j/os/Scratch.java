package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Memory for the errno and the small arguments of one system call at a time.
 *
 * <p>An object that belongs to one thread at a time, such as a selector, owns one. Static helpers
 * borrow one from a small pool with {@link #take()}: a thread-local would give every one of a
 * million virtual threads its own, and an arena per call costs several times the call.
 */
final class Scratch implements AutoCloseable {
    /** Bytes of {@link #bytes}: the largest users are siginfo, rusage and sigaction. */
    static final int SIZE = 512;

    private static final int POOL = 16;

    /** Places to look at, from the thread's own on: calls nest, two or three deep. */
    private static final int PROBES = 4;

    private static final int BOUNCE = 64 * 1024;
    private static final AtomicReferenceArray<@Nullable Scratch> IDLE =
            new AtomicReferenceArray<>(POOL);

    final MemorySegment errnoSegment;
    final ByteBuffer bytes;
    final long address;

    private final ByteBuffer errno;
    private final boolean pooled;
    private @Nullable NativeBuffer bounce;

    private Scratch(boolean pooled) {
        NativeBuffer state = NativeBuffer.allocate(16);
        this.errno = state.bytes();
        this.errnoSegment = MemorySegment.ofBuffer(errno);
        NativeBuffer memory = NativeBuffer.allocate(SIZE);
        this.bytes = memory.bytes();
        this.address = memory.address();
        this.pooled = pooled;
    }

    /** Returns a scratch that is owned rather than borrowed; closing it is a no-op. */
    static Scratch owned() {
        return new Scratch(false);
    }

    /** Borrows one until it is closed. Its contents are whatever the last user left. */
    static Scratch take() {
        int home = (int) Thread.currentThread().threadId();
        for (int i = 0; i < PROBES; i++) {
            Scratch idle = IDLE.getAndSet((home + i) & (POOL - 1), null);
            if (idle != null) {
                return idle;
            }
        }
        return new Scratch(true);
    }

    @Override
    public void close() {
        if (pooled) {
            int home = (int) Thread.currentThread().threadId();
            for (int i = 0; i < PROBES; i++) {
                if (IDLE.compareAndSet((home + i) & (POOL - 1), null, this)) {
                    return;
                }
            }
        }
    }

    /** The errno of the call that was made with this scratch and failed. */
    int errno() {
        return errno.getInt(0);
    }

    /** Memory to copy heap buffers through. */
    NativeBuffer bounce() {
        NativeBuffer memory = bounce;
        if (memory == null) {
            memory = NativeBuffer.allocate(BOUNCE);
            bounce = memory;
        }
        return memory;
    }
}

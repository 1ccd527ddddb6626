package io.asyncio4j.os;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Native memory at a fixed, known address, so that system calls on it allocate nothing. The memory
 * lives as long as this object or its {@link #bytes()} is reachable.
 *
 * <p>Read and written through a {@link ByteBuffer} rather than a memory segment: the accessors of
 * segments cost milliseconds of start-up when they are first used.
 */
public final class NativeBuffer {
    private final ByteBuffer bytes;
    private final long address;

    private NativeBuffer(ByteBuffer bytes, long address) {
        this.bytes = bytes;
        this.address = address;
    }

    /** Returns {@code size} bytes of zeroed memory, aligned for any type. */
    public static NativeBuffer allocate(int size) {
        return of(ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder()));
    }

    /**
     * A view of a direct buffer: all of it, whatever its position and limit.
     *
     * @throws IllegalArgumentException if the buffer is not direct
     */
    public static NativeBuffer of(ByteBuffer direct) {
        if (!direct.isDirect()) {
            throw new IllegalArgumentException("not a direct buffer: " + direct);
        }
        return new NativeBuffer(direct, addressOf(direct) - direct.position());
    }

    /** Zeroed memory that lives as long as the arena. */
    static NativeBuffer allocate(Arena arena, long size) {
        MemorySegment segment = arena.allocate(size, 16);
        return new NativeBuffer(
                segment.asByteBuffer().order(ByteOrder.nativeOrder()), segment.address());
    }

    /** The address of the byte at a direct buffer's position. */
    static long addressOf(ByteBuffer direct) {
        return MemorySegment.ofBuffer(direct).address();
    }

    /** Returns the memory itself; its position and limit are the user's, and are ignored here. */
    public ByteBuffer bytes() {
        return bytes;
    }

    /** How many bytes there are. */
    public int size() {
        return bytes.capacity();
    }

    long address() {
        return address;
    }
}

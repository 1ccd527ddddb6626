package io.asyncio4j.io;

import io.asyncio4j.os.NativeBuffer;
import io.asyncio4j.selector.Selector;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A descriptor or channel through which the readiness engine moves bytes without waiting. Once
 * closed, it rejects reads and writes, because its number may belong to another file.
 */
interface ReadyChannel extends OpenChannel {
    /** What {@link #read} returns at the end of the stream. */
    int EOF = -1;

    /** What {@link #read} and {@link #write} return if they would have to wait. */
    int WOULD_BLOCK = -2;

    /** Registers it with {@code selector}. */
    Selector.Key register(Selector selector, int ops, Selector.Listener listener)
            throws IOException;

    /**
     * Reads into the remaining space of {@code dst}, a buffer of a protocol. Returns how many bytes
     * were read, {@link #EOF} or {@link #WOULD_BLOCK}. Allocates nothing if {@code dst} is direct
     * and the same as last time.
     */
    int read(ByteBuffer dst) throws IOException;

    /**
     * As {@link #read(ByteBuffer)}, into the remaining space of the engine's memory, whose address
     * is known.
     */
    int read(NativeBuffer dst) throws IOException;

    /**
     * Writes remaining bytes of {@code src}, a buffer of the program; perhaps not all. Returns how
     * many bytes were written, or {@link #WOULD_BLOCK}. Allocates nothing unless {@code src} is
     * large, direct, and not the same as last time.
     */
    int write(ByteBuffer src) throws IOException;

    /**
     * As {@link #write(ByteBuffer)}, for the remaining bytes of the engine's memory, whose address
     * is known.
     */
    int write(NativeBuffer src) throws IOException;
}

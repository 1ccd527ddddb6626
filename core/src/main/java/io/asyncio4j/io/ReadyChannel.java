package io.asyncio4j.io;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeBuffer;
import io.asyncio4j.selector.Selector;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What the readiness engine moves bytes through, never waiting: a descriptor or a channel. Closed
 * once; a closed one refuses reads and writes, for its number may be another file's by then.
 */
interface ReadyChannel {
    /** What {@link #read} returns at the end of the stream. */
    int EOF = -1;

    /** What {@link #read} and {@link #write} return that would have to wait. */
    int WOULD_BLOCK = -2;

    /** Has {@code selector} watch it. */
    Selector.Key register(Selector selector, int ops, Selector.Listener listener)
            throws IOException;

    /**
     * Reads into what remains of {@code dst}, which is a protocol's; returns how many bytes, or one
     * of the above. Allocates nothing when {@code dst} is direct and the one used before.
     */
    int read(ByteBuffer dst) throws IOException;

    /** As {@link #read(ByteBuffer)}, into what remains of the engine's memory; never allocates. */
    int read(NativeBuffer dst) throws IOException;

    /**
     * Writes what remains of {@code src}, which is a user's, perhaps not all; returns how many
     * bytes were written. Allocates nothing unless {@code src} is large, direct, and not the one
     * used before.
     */
    int write(ByteBuffer src) throws IOException;

    /** As {@link #write(ByteBuffer)}, of what remains of the engine's memory; never allocates. */
    int write(NativeBuffer src) throws IOException;

    /** Returns whether {@link #shutdownOutput} is possible. */
    boolean canShutdownOutput();

    /** Ends the output, so that the other end reads the end; receiving continues. */
    void shutdownOutput() throws IOException;

    /** Returns whether a hang-up means that what is written is not read any more. */
    boolean reportsHangUp();

    /** Returns what is known under {@code name}, or null. */
    @Nullable
    Object extraInfo(String name);

    /** Closes it; no selector watches it any more. Idempotent. */
    void close();

    /**
     * Counts as closed from now on, and leaves alone what its number stands for by now: another
     * file, or none. For a descriptor that was closed behind the back of its owner.
     */
    void abandon();

    boolean isClosed();
}

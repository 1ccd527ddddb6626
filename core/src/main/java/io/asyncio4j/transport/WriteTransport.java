package io.asyncio4j.transport;

import java.nio.ByteBuffer;

/** The sending side of a transport. */
public interface WriteTransport extends BaseTransport {

    /**
     * Sends {@code data}: immediately what the kernel accepts, the rest later. Never waits; all
     * remaining bytes are sent or copied before this returns, so the buffer can be reused. Once the
     * transport is closing, the data is dropped.
     *
     * @throws IllegalStateException after {@link #writeEof}
     */
    void write(ByteBuffer data);

    /** As {@link #write(ByteBuffer)}, for an array. */
    default void write(byte[] data) {
        write(ByteBuffer.wrap(data));
    }

    /** As {@link #write(ByteBuffer)}, for several buffers with as few system calls as for one. */
    default void writeLines(Iterable<ByteBuffer> parts) {
        parts.forEach(this::write);
    }

    /**
     * Ends the output once everything written has been sent: the peer reads the end of the stream.
     *
     * @throws UnsupportedOperationException unless {@link #canWriteEof}
     */
    void writeEof();

    /** Returns whether {@link #writeEof} is supported. */
    boolean canWriteEof();

    /** Closes immediately and drops what has not been sent. */
    void abort();

    /** Returns how many bytes are waiting to be sent. */
    long getWriteBufferSize();

    /**
     * Sets the water marks of the write buffer, in bytes. Above {@code high} the protocol is
     * paused; at {@code low} or below it is resumed.
     *
     * @throws IllegalArgumentException unless {@code 0 <= low <= high}
     */
    void setWriteBufferLimits(int low, int high);

    /** Returns the low-water mark in bytes. */
    int getLowWaterMark();

    /** Returns the high-water mark in bytes. */
    int getHighWaterMark();
}

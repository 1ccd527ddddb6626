package io.asyncio4j.transport;

import java.nio.ByteBuffer;

/** The sending side of a transport. */
public interface WriteTransport extends BaseTransport {

    /**
     * Sends {@code data}, now as far as the kernel takes it and the rest when it can. Never waits;
     * the buffer's content is consumed or copied before this returns. Dropped once closing.
     *
     * @throws IllegalStateException after {@link #writeEof}
     */
    void write(ByteBuffer data);

    /** As {@link #write(ByteBuffer)}. */
    default void write(byte[] data) {
        write(ByteBuffer.wrap(data));
    }

    /** As {@link #write(ByteBuffer)}, for several buffers with as few system calls as for one. */
    default void writeLines(Iterable<ByteBuffer> parts) {
        parts.forEach(this::write);
    }

    /**
     * Ends the output, once what was written has been sent: the peer reads the end.
     *
     * @throws UnsupportedOperationException unless {@link #canWriteEof}
     */
    void writeEof();

    /** Returns whether {@link #writeEof} is possible. */
    boolean canWriteEof();

    /** Closes at once and drops what was not sent. */
    void abort();

    /** Returns how many bytes are waiting to be sent. */
    long getWriteBufferSize();

    /**
     * Sets the marks of the write buffer, in bytes: above {@code high} the protocol is paused, at
     * {@code low} or below resumed.
     *
     * @throws IllegalArgumentException unless {@code 0 <= low <= high}
     */
    void setWriteBufferLimits(int low, int high);

    /** Returns the low-water mark in bytes. */
    int getLowWaterMark();

    /** Returns the high-water mark in bytes. */
    int getHighWaterMark();
}

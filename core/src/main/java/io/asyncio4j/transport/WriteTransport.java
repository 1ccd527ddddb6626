package io.asyncio4j.transport;

import java.nio.ByteBuffer;

/** The sending side of a transport. */
public interface WriteTransport extends Transport {

    /**
     * Sends {@code data}, now as far as the kernel takes it and the rest when it can. Never waits;
     * the buffer's content is consumed or copied before this returns.
     */
    void write(ByteBuffer data);

    /** As {@link #write(ByteBuffer)}. */
    default void write(byte[] data) {
        write(ByteBuffer.wrap(data));
    }

    /** Tells the peer, after what was written, that no more will come. */
    void writeEof();

    /** Returns whether {@link #writeEof} is possible without closing. */
    boolean canWriteEof();

    /** Closes at once and drops what was not sent. */
    void abort();

    /** Returns how many bytes wait to be sent. */
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

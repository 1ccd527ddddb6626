package io.asyncio4j.transport;

import java.nio.ByteBuffer;

/**
 * Receives a stream of bytes into the protocol's own memory, without a copy.
 *
 * <pre>
 *   connectionMade (getBuffer bufferUpdated?)* eofReceived? connectionLost
 * </pre>
 */
public interface BufferedProtocol extends ReceivingProtocol {

    /**
     * Returns the buffer to receive into, between its position and its limit; at least one byte.
     * Direct memory is filled in place. The buffer is the transport's until {@link #bufferUpdated}
     * or {@code connectionLost}, whichever comes first.
     *
     * @param sizeHint how many bytes would be a good size; -1 if any is
     */
    ByteBuffer getBuffer(int sizeHint);

    /**
     * Called when the buffer has been filled; its position has advanced.
     *
     * @param bytes how many bytes were received
     */
    void bufferUpdated(int bytes);
}

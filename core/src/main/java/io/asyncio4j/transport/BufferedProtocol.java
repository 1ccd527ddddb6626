package io.asyncio4j.transport;

import java.nio.ByteBuffer;

/**
 * Receives a stream of bytes in the protocol's own memory, without a copy.
 *
 * <pre>
 *   connectionMade (getBuffer bufferUpdated?)* eofReceived? connectionLost
 * </pre>
 */
public interface BufferedProtocol extends ReceivingProtocol {

    /**
     * Returns the buffer to receive into. At least one byte must remain between its position and
     * its limit. Direct memory is filled in place. The transport uses the buffer until {@link
     * #bufferUpdated} or {@code connectionLost}, whichever comes first.
     *
     * @param sizeHint a good size in bytes; -1 for no preference
     */
    ByteBuffer getBuffer(int sizeHint);

    /**
     * Called when bytes were received in the buffer, whose position has advanced.
     *
     * @param bytes how many bytes were received
     */
    void bufferUpdated(int bytes);
}

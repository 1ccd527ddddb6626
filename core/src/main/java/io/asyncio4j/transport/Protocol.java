package io.asyncio4j.transport;

import java.nio.ByteBuffer;

/**
 * Receives a stream of bytes.
 *
 * <pre>
 *   connectionMade dataReceived* eofReceived? connectionLost
 * </pre>
 */
public interface Protocol extends ReceivingProtocol {

    /**
     * Called with the bytes that have arrived.
     *
     * @param data the bytes, in memory of the transport that is valid only during this call; copy
     *     what must be kept
     */
    default void dataReceived(ByteBuffer data) {}
}

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
     * @param data belongs to the transport and is valid during this call only; copy what is kept
     */
    default void dataReceived(ByteBuffer data) {}
}

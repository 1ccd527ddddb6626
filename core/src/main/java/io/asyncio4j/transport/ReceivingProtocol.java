package io.asyncio4j.transport;

/**
 * The common part of {@link Protocol} and {@link BufferedProtocol}, which receive a stream of
 * bytes. Implement one of the two.
 */
public interface ReceivingProtocol extends BaseProtocol {

    /**
     * Called when the peer has sent everything: the end of the stream.
     *
     * @return true to keep the transport open for sending; a transport that cannot send is closed
     *     in either case
     */
    default boolean eofReceived() {
        return false;
    }
}

package io.asyncio4j.transport;

/**
 * What {@link Protocol} and {@link BufferedProtocol} have in common: they receive a stream of
 * bytes. Implement one of the two.
 */
public interface ReceivingProtocol extends BaseProtocol {

    /**
     * Called when the other side will send no more.
     *
     * @return true to keep the transport open for sending; one that cannot send is closed
     */
    default boolean eofReceived() {
        return false;
    }
}

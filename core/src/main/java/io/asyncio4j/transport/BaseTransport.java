package io.asyncio4j.transport;

import io.asyncio4j.annotation.Nullable;

/**
 * A communication channel that the loop operates for a protocol. Use it only from callbacks and
 * tasks of its loop.
 */
public interface BaseTransport extends AutoCloseable {

    /**
     * Closes the transport once everything written has been sent; then {@code connectionLost} of
     * the protocol is called. Returns immediately. Idempotent.
     */
    @Override
    void close();

    /** Returns whether the transport is closed or closing. */
    boolean isClosing();

    /** Returns the protocol that this transport calls. */
    BaseProtocol getProtocol();

    /** Replaces the protocol. */
    void setProtocol(BaseProtocol protocol);

    /**
     * Returns information about the channel by name, such as {@code pipe}; null if the name is
     * unknown.
     */
    @Nullable
    Object getExtraInfo(String name);
}

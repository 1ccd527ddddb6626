package io.asyncio4j.transport;

import io.asyncio4j.annotation.Nullable;

/**
 * A channel of communication that the loop serves on behalf of a protocol. Used from its loop's
 * callbacks and tasks only.
 */
public interface BaseTransport extends AutoCloseable {

    /**
     * Closes after what was written has been sent; the protocol's {@code connectionLost} follows.
     * Idempotent.
     */
    @Override
    void close();

    /** Returns whether the transport is closed or about to be. */
    boolean isClosing();

    /** Returns the protocol that is called. */
    BaseProtocol getProtocol();

    /** Replaces the protocol. */
    void setProtocol(BaseProtocol protocol);

    /**
     * Returns what is known about the channel under {@code name}, such as {@code pipe}, or null.
     */
    @Nullable
    Object getExtraInfo(String name);
}

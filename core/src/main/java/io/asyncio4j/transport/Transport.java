package io.asyncio4j.transport;

import io.asyncio4j.annotation.Nullable;

/**
 * A channel of communication that the loop serves on behalf of a protocol. Used from its loop's
 * callbacks and tasks only.
 */
public interface Transport extends AutoCloseable {

    /** Closes after what was written has been sent; the protocol hears {@code connectionLost}. */
    @Override
    void close();

    /** Returns whether the transport is closed or about to be. */
    boolean isClosing();

    /** Returns the protocol that is told. */
    BaseProtocol getProtocol();

    /** Replaces the protocol. */
    void setProtocol(BaseProtocol protocol);

    /**
     * Returns what is known about the channel under {@code name}, such as {@code pipe}, or null.
     */
    @Nullable
    Object getExtraInfo(String name);
}

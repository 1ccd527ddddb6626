package io.asyncio4j.transport;

import io.asyncio4j.annotation.Nullable;

/**
 * The methods that every transport calls on its protocol, all of them on the loop.
 *
 * <pre>
 *   connectionMade (pauseWriting resumeWriting)* connectionLost
 * </pre>
 */
public interface BaseProtocol {

    /**
     * Called once, first, with the transport to use: a {@link ReadTransport}, a {@link
     * WriteTransport}, or a {@link Transport} in both directions.
     */
    default void connectionMade(BaseTransport transport) {}

    /**
     * Called once, last.
     *
     * @param cause the failure; null after an orderly end
     */
    default void connectionLost(@Nullable Exception cause) {}

    /** Called when the transport's write buffer has grown above its high-water mark. */
    default void pauseWriting() {}

    /**
     * Called, after {@link #pauseWriting}, when the write buffer has been drained to its low-water
     * mark.
     */
    default void resumeWriting() {}
}

package io.asyncio4j.transport;

import io.asyncio4j.annotation.Nullable;

/**
 * What every transport calls on its protocol. All methods are called on the loop.
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

    /** Called once, last; {@code cause} is null after an orderly end. */
    default void connectionLost(@Nullable Exception cause) {}

    /** Called when the transport's write buffer has grown above its high-water mark. */
    default void pauseWriting() {}

    /** Called when the write buffer has been drained to its low-water mark. */
    default void resumeWriting() {}
}

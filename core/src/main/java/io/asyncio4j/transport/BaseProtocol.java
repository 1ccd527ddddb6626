package io.asyncio4j.transport;

import io.asyncio4j.annotation.Nullable;

/**
 * What every protocol is told by its transport. All methods are called on the loop.
 *
 * <pre>
 *   connectionMade (pauseWriting resumeWriting)* connectionLost
 * </pre>
 */
public interface BaseProtocol {

    /** Called once, first, with the transport to use. */
    default void connectionMade(Transport transport) {}

    /** Called once, last; {@code cause} is null after an orderly end. */
    default void connectionLost(@Nullable Exception cause) {}

    /** Called when the transport's write buffer has grown above its high-water mark. */
    default void pauseWriting() {}

    /** Called when the write buffer has been drained to its low-water mark. */
    default void resumeWriting() {}
}

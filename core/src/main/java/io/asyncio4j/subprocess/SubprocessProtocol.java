package io.asyncio4j.subprocess;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.transport.BaseProtocol;
import java.nio.ByteBuffer;

/**
 * Receives what happens to a child process. {@code connectionMade} comes first; the data of a pipe
 * before its {@code pipeConnectionLost}; {@code processExited} before or after those; {@code
 * connectionLost} once, last, when the child has exited and all pipes are closed.
 */
public interface SubprocessProtocol extends BaseProtocol {

    /**
     * Called with what the child wrote.
     *
     * @param fd 1 for standard output, 2 for standard error
     * @param data valid during this call only
     */
    default void pipeDataReceived(int fd, ByteBuffer data) {}

    /** Called when the pipe of descriptor {@code fd} was closed; null after an orderly end. */
    default void pipeConnectionLost(int fd, @Nullable Exception cause) {}

    /** Called when the child has exited. */
    default void processExited() {}
}

package io.asyncio4j.subprocess;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.transport.BaseProtocol;
import java.nio.ByteBuffer;

/**
 * Receives the events of a child process. {@code connectionMade} comes first. The data of a pipe
 * comes before its {@code pipeConnectionLost}; {@code processExited} comes before or after those.
 * {@code connectionLost} comes once, last, when the child has exited and all pipes are closed.
 */
public interface SubprocessProtocol extends BaseProtocol {

    /**
     * Called with what the child wrote.
     *
     * @param fd 1 for standard output, 2 for standard error
     * @param data valid during this call only
     */
    default void pipeDataReceived(int fd, ByteBuffer data) {}

    /**
     * Called when the pipe of descriptor {@code fd} was closed; {@code cause} is null if in order.
     */
    default void pipeConnectionLost(int fd, @Nullable Exception cause) {}

    /** Called when the child has exited. */
    default void processExited() {}
}

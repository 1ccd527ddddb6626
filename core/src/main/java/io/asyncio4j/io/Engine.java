package io.asyncio4j.io;

import io.asyncio4j.transport.Pipe;
import java.io.IOException;

/**
 * Moves the bytes of a loop, by readiness or by completions. Used in turns of its loop only.
 *
 * <p>Only engines differ between the two I/O models. A {@link StreamTransport}, which handles the
 * protocol, the states and the water marks, is the same over every engine.
 */
public interface Engine extends AutoCloseable {

    /**
     * Opens an endpoint over the end of a pipe. {@link Endpoint#close()} closes the pipe; {@link
     * Endpoint#release()} leaves it open, to the caller.
     *
     * @throws IOException if the pipe is not open
     * @throws UnsupportedOperationException if this engine does not support this kind of pipe
     */
    Endpoint open(Pipe pipe) throws IOException;

    /** Returns whether any endpoint may wake the loop. */
    boolean isWaiting();

    /**
     * Called when an iteration of the loop begins, in which each endpoint may move its share of
     * bytes.
     */
    void beginIteration();

    /** Closes all endpoints that are still open. Called when the loop is closed. */
    @Override
    void close();
}

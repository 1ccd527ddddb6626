package io.asyncio4j.io;

import io.asyncio4j.transport.Pipe;
import java.io.IOException;

/**
 * How a loop moves bytes: by readiness, or by completions. Used in turns of its loop only.
 *
 * <p>The one place where the two I/O models differ for a stream. A {@link StreamTransport} has the
 * protocol, the states and the water marks, and is the same over each engine.
 */
public interface Engine extends AutoCloseable {

    /**
     * Takes over the end of a pipe. It remains the caller's until {@link Endpoint#close()}; an
     * endpoint that is {@linkplain Endpoint#release released} instead leaves it open.
     *
     * @throws IOException if it is not open
     * @throws UnsupportedOperationException if this engine cannot serve its kind
     */
    Endpoint open(Pipe pipe) throws IOException;

    /** Returns whether any endpoint is going to wake the loop. */
    boolean isWaiting();

    /** Called when an iteration of the loop begins: each endpoint may move its share of bytes. */
    void beginIteration();

    /** Closes whatever endpoint is still open, with its loop. */
    @Override
    void close();
}

package io.asyncio4j.io;

import io.asyncio4j.annotation.Nullable;

/**
 * An open descriptor or channel that an {@link Engine} manages, with a half to receive, a half to
 * send, or both. Owns the descriptor and the memory in transfer.
 *
 * <pre>
 *   open --inlet, outlet--> in use --both halves stopped--> close (or release)
 * </pre>
 */
public interface Endpoint {

    /** Creates the receiving half; at most once. */
    Inlet inlet(Inlet.Listener listener);

    /** Creates the sending half; at most once. */
    Outlet outlet(Outlet.Listener listener);

    /** Returns whether the output can be shut down while the input continues. */
    boolean canShutdownOutput();

    /** Returns information by name, such as {@code pipe}; null if the name is unknown. */
    @Nullable
    Object extraInfo(String name);

    /**
     * Reports {@code owner} as unclosed if it becomes unreachable, or the loop is closed, before
     * this endpoint is closed.
     *
     * @param description the description of the owner in the report
     * @param place where the owner was created
     */
    void reportUnclosed(Object owner, String description, String place);

    /** Closes the descriptor. Both halves must have stopped. Idempotent. */
    void close();

    /** Returns the descriptor to the caller without closing it. */
    void release();

    /** Returns whether this was closed, by its owner or with the loop. */
    boolean isClosed();
}

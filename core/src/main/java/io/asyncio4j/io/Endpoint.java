package io.asyncio4j.io;

import io.asyncio4j.annotation.Nullable;

/**
 * One open descriptor or channel in the care of an {@link Engine}: with a half to receive, a half
 * to send, or both. Owns the descriptor and the memory that is being transferred.
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

    /** Returns what is known under {@code name}, such as {@code pipe}, or null. */
    @Nullable
    Object extraInfo(String name);

    /**
     * Has {@code owner} reported as unclosed if it becomes unreachable, or the loop is closed,
     * before this endpoint is.
     *
     * @param description what it is
     * @param place where it was made
     */
    void reportUnclosed(Object owner, String description, String place);

    /** Closes the descriptor, whose halves have stopped. Idempotent. */
    void close();

    /** Lets go of the descriptor without closing it; it is the caller's again. */
    void release();

    /** Returns whether it was closed, by its owner or with the loop. */
    boolean isClosed();
}

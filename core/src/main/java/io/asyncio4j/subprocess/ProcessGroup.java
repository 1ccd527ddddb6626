package io.asyncio4j.subprocess;

import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.time.Duration;

/**
 * The process group that a child leads. It holds everything that the child starts, except processes
 * that leave the group, and may outlive the child. A signal never reaches another group that was
 * given the same number later.
 *
 * <p>Must be used from callbacks and tasks of the child's loop.
 */
public interface ProcessGroup {

    /** Returns whether the leader has not been reaped yet or other members still run. */
    boolean exists();

    /**
     * Sends a signal to all members.
     *
     * @param signal a name, such as {@code TERM} or {@code SIGTERM}
     * @throws io.asyncio4j.NoSuchProcessException if no member is left
     * @throws IOException if this process may signal none of them
     */
    void signal(String signal) throws IOException;

    /**
     * As {@link #signal(String)}, by number.
     *
     * @param signal the platform's number; 0 only checks that there are members
     * @throws IllegalArgumentException if there is no signal with that number
     */
    void signal(int signal) throws IOException;

    /**
     * Sends SIGKILL to all members; a no-op if none are left.
     *
     * @throws IOException if this process may signal none of them
     */
    void kill() throws IOException;

    /**
     * Sends SIGTERM to all members, and SIGKILL to those that are left after {@code grace}. While
     * that is under way, or after {@link #kill}, a further call only waits.
     *
     * @return a future that is done when no member is left; it fails if this process may not signal
     *     those that are left. Cancelling it ends only the wait
     */
    Future<@Nullable Void> terminate(Duration grace);
}

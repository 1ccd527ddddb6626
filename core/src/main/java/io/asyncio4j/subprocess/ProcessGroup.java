package io.asyncio4j.subprocess;

import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.time.Duration;

/**
 * The process group that a child leads, which may outlive the child: a scope for everything that
 * the child starts and that does not leave it. A signal never reaches another group that was given
 * the same number later.
 *
 * <p>Belongs to the callbacks and tasks of the child's loop.
 */
public interface ProcessGroup {

    /** Returns whether the leader has not been reaped yet, or members are left that still run. */
    boolean exists();

    /**
     * Sends a signal to all members.
     *
     * @param signal a name, such as {@code TERM} or {@code SIGTERM}
     * @throws io.asyncio4j.NoSuchProcessException if there are none
     * @throws IOException if none of them may be signalled
     */
    void signal(String signal) throws IOException;

    /**
     * As {@link #signal(String)}, by number.
     *
     * @param signal the platform's number; 0 only checks that there are members
     * @throws IllegalArgumentException if there is no signal of that number
     */
    void signal(int signal) throws IOException;

    /**
     * Sends SIGKILL to all members; a no-op if none are left.
     *
     * @throws IOException if none of them may be signalled
     */
    void kill() throws IOException;

    /**
     * Asks all members to end: SIGTERM, and after {@code grace} SIGKILL for those that are left.
     * While that is under way, or after {@link #kill}, a further call only waits with the others.
     *
     * @return done when no member is left; fails if those that are left may not be signalled.
     *     Cancelling it ends only the wait
     */
    Future<@Nullable Void> terminate(Duration grace);
}

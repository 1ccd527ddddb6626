package io.asyncio4j.proactor;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Errno;
import java.io.IOException;

/**
 * An operation that is submitted to a {@link Proactor}, and again once it has completed. Used in
 * turns of the loop only.
 *
 * <pre>
 *   idle --submit--> in flight --completed(more)--> in flight --completed--> idle
 *                        \--cancel--> in flight, completes all the same, perhaps with a result
 * </pre>
 */
public abstract sealed class Operation permits Read, Write, Poll, WaitChild {
    /** The place in the proactor's table; -1 when idle. */
    int slot = -1;

    /** Whether it has begun; if not, it waits for room. */
    boolean begun;

    boolean cancelled;

    /** What a channel has thrown, with the result {@link Proactor#THREW}. */
    @Nullable IOException thrown;

    /** Returns whether a completion is still to come. */
    public final boolean isInFlight() {
        return slot >= 0;
    }

    /**
     * Receives a completion. Called while the loop polls.
     *
     * @param result what the system call returns, or a negated errno
     * @param data what a {@link Read} has brought, if {@code result} is positive
     * @param more whether other completions follow; if not, it is idle again
     */
    protected abstract void completed(int result, @Nullable Provided data, boolean more);

    /** Returns the failure that a negative result stands for, which came last. */
    protected final IOException failure(String call, Port port, int result) {
        IOException cause = thrown;
        thrown = null;
        return result == Proactor.THREW && cause != null
                ? cause
                : Errno.exception(call, port.fd(), -result);
    }
}

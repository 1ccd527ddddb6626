package io.asyncio4j.proactor;

import io.asyncio4j.os.Uring;

/**
 * An operation that is submitted to a {@link UringProactor}, and again once it has completed. Used
 * in turns of the loop only.
 *
 * <pre>
 *   idle --submit--> in flight --completed(more)--> in flight --completed--> idle
 *                        \--cancel--> in flight, completes all the same, perhaps with a result
 * </pre>
 */
public abstract class Operation {
    /** The place in the proactor's table; -1 when idle. */
    int slot = -1;

    /** Whether it was prepared for the kernel; if not, it waits for room. */
    boolean prepared;

    boolean cancelled;

    /** Returns whether a completion is still to come. */
    public final boolean isInFlight() {
        return slot >= 0;
    }

    /**
     * Prepares it in {@code ring}; called once for each submission, and once more if another thread
     * continues the loop.
     *
     * @param data what it must carry
     */
    protected abstract void prepare(Uring ring, long data);

    /**
     * Receives a completion. Called while the loop polls.
     *
     * @param result what the system call returns, or a negated errno
     * @param buffer the number of the provided buffer that it took, or -1
     * @param more whether other completions follow; if not, it is idle again
     */
    protected abstract void completed(int result, int buffer, boolean more);
}

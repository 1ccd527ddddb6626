package io.asyncio4j.proactor;

import java.io.IOException;

/**
 * Submits operations, and delivers their completions to the loop that polls.
 *
 * <p>Used in turns of that loop, {@link #wakeup} by any thread.
 */
public interface Proactor extends AutoCloseable {
    /** The result of an operation that was cancelled: {@code -ECANCELED}. */
    int CANCELLED = -125;

    /** The result of a read that found every {@linkplain Provided piece} lent: try again. */
    int NOTHING_LEFT = -105;

    /** The result of an operation on a channel that has thrown. */
    int THREW = Integer.MIN_VALUE;

    /**
     * Submits an idle operation; it begins with the next {@link #poll} at the latest.
     *
     * @throws IllegalStateException if it is in flight, or the proactor is closed
     * @throws UnsupportedOperationException if this proactor has no such operation
     */
    void submit(Operation operation);

    /**
     * Asks for the end of an operation in flight, which completes all the same. Idempotent; a no-op
     * for an idle one.
     */
    void cancel(Operation operation);

    /**
     * Takes a cancellation back, if the operation has not begun; returns whether it is as if it had
     * been submitted now.
     */
    boolean revive(Operation operation);

    /** Returns how many operations are in flight. */
    int inFlight();

    /**
     * Begins what was submitted, waits for a completion, a {@link #wakeup} or the timeout, and
     * delivers the completions that there are.
     *
     * @param timeoutNanos negative for ever, 0 not at all
     */
    void poll(long timeoutNanos) throws IOException;

    /** Ends the present or the next wait of {@link #poll}. */
    void wakeup();

    /** Closes it, which ends what is in flight without completions. Idempotent. */
    @Override
    void close();
}

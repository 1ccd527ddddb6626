package io.asyncio4j.sync;

import io.asyncio4j.Task;
import java.util.Locale;
import java.util.concurrent.BrokenBarrierException;

/**
 * A reusable point at which a fixed number of tasks wait for each other.
 *
 * <pre>
 *              the last one arrives
 *   FILLING -------------------------> DRAINING
 *    ^   |                                |
 *    |   | reset, and tasks wait          | reset
 *    |   v                                |
 *    | RESETTING <------------------------+
 *    |   |                                |
 *    +---+--- all tasks have left --------+        abort, from any: BROKEN, until reset
 * </pre>
 *
 * <p>A task that arrives while the barrier drains or resets waits until it fills again. A task that
 * is cancelled while it waits leaves the barrier; the others then wait for one more. For threads
 * and cancellation see the rules of the package.
 */
public final class Barrier extends LoopBound {

    private enum State {
        FILLING,
        DRAINING,
        RESETTING,
        BROKEN
    }

    private final int parties;
    private final WaiterQueue arrived = new WaiterQueue();
    private final WaiterQueue kept = new WaiterQueue();
    private State state = State.FILLING;
    // Tasks that have arrived and not left. One that was cancelled leaves when it resumes.
    private int inside;

    /**
     * Creates a barrier for {@code parties} tasks.
     *
     * @throws IllegalArgumentException if {@code parties} is less than one
     */
    public Barrier(int parties) {
        if (parties < 1) {
            throw new IllegalArgumentException("A barrier needs at least one party: " + parties);
        }
        this.parties = parties;
    }

    /** Returns for how many tasks the barrier waits. */
    public int parties() {
        return parties;
    }

    /** Returns how many tasks have arrived and wait for the others. */
    public int waiting() {
        return state == State.FILLING ? inside : 0;
    }

    /** Returns whether the barrier was aborted and not reset since. */
    public boolean isBroken() {
        return state == State.BROKEN;
    }

    /**
     * Waits until {@link #parties()} tasks have called this.
     *
     * @return a number from 0, for the task that arrived first, to {@code parties - 1}; each is
     *     returned once
     * @throws BrokenBarrierException if the barrier is broken, or was aborted or reset meanwhile
     * @throws IllegalStateException outside of a task, or if the barrier belongs to another loop
     * @throws java.util.concurrent.CancellationException if the task was cancelled while it waited
     */
    public int await() throws BrokenBarrierException {
        Task<?> task = requireTask("Barrier.await");
        while (state == State.DRAINING || state == State.RESETTING) {
            suspend(kept, task);
        }
        if (state == State.BROKEN) {
            throw new BrokenBarrierException("The barrier was aborted: " + this);
        }
        inside++;
        try {
            if (inside == parties) {
                state = State.DRAINING;
                arrived.wakeAll();
                return parties - 1;
            }
            Waiter waiter = suspend(arrived, task);
            if (state != State.DRAINING) {
                throw new BrokenBarrierException("The barrier was aborted or reset: " + this);
            }
            return waiter.position;
        } finally {
            leave();
        }
    }

    /**
     * Resets the barrier, also a broken one, to its initial state. Waiting tasks get {@link
     * BrokenBarrierException}.
     */
    public void reset() {
        if (inside > 0) {
            state = State.RESETTING;
            arrived.wakeAll();
        } else {
            state = State.FILLING;
            kept.wakeAll();
        }
    }

    /**
     * Breaks the barrier: waiting tasks, and those that arrive later, get {@link
     * BrokenBarrierException}.
     */
    public void abort() {
        state = State.BROKEN;
        arrived.wakeAll();
        kept.wakeAll();
    }

    private void leave() {
        inside--;
        if (inside == 0) {
            if (state != State.BROKEN) {
                state = State.FILLING;
            }
            kept.wakeAll();
        }
    }

    private Waiter suspend(WaiterQueue queue, Task<?> task) {
        Waiter waiter = addWaiter(queue, task);
        try {
            waiter.await();
        } catch (Throwable e) {
            waiter.abandon();
            throw e;
        }
        return waiter;
    }

    @Override
    public String toString() {
        return "<Barrier "
                + state.name().toLowerCase(Locale.ROOT)
                + " waiting="
                + waiting()
                + "/"
                + parties
                + ">";
    }
}

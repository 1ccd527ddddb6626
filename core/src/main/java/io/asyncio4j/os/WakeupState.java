package io.asyncio4j.os;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Decides which calls of {@code wakeup()} need a system call: only the first one during a sleep.
 *
 * <pre>
 *               wakeup                        wakeup: ring the bell
 *     AWAKE ------------> NOTIFIED <------------------------------- SLEEPING
 *       ^  \                 |                                        ^  |
 *       |   \________________|__________ beforeSleep _________________/  |
 *       |_____ afterSleep ___|___________________________________________|
 * </pre>
 *
 * <p>A waker first publishes its work (a store to the loop's queue) and then swaps in NOTIFIED;
 * after a sleep, the loop first swaps in AWAKE and then reads the queue (a load). All these
 * accesses are sequentially consistent, so that one side sees the other:
 *
 * <ul>
 *   <li>The waker found SLEEPING: it rings the bell, a descriptor that stays readable until it is
 *       drained. Draining happens only after the wait of some sleep has returned. If that is this
 *       sleep, it has returned; if it were an earlier one, this one would not have begun.
 *   <li>The waker found AWAKE: the loop's next {@link #beforeSleep} fails and it polls instead.
 *   <li>The waker found NOTIFIED: its swap precedes the loop's swap to AWAKE, so its store precedes
 *       the loop's read of the queue. Or beforeSleep has yet to consume another thread's
 *       notification, as above.
 * </ul>
 *
 * <p>A waker that is slow between its swap and the bell may ring it in a later sleep, which then
 * ends once without a reason. The bell is drained before AWAKE is swapped in. In the opposite
 * order, a bell rung in between would be drained although the state is NOTIFIED, and the next sleep
 * relies on that bell.
 */
public final class WakeupState {
    private static final int AWAKE = 0;
    private static final int SLEEPING = 1;
    private static final int NOTIFIED = 2;

    private final AtomicInteger state = new AtomicInteger(AWAKE);

    /** Called by any thread. Returns whether the caller must ring the bell. */
    public boolean notifySleeper() {
        return state.get() != NOTIFIED && state.getAndSet(NOTIFIED) == SLEEPING;
    }

    /** Called by the loop. Returns whether it may wait; if not, it polls. */
    public boolean beforeSleep() {
        return state.compareAndSet(AWAKE, SLEEPING);
    }

    /** Called by the loop while it waits. Returns whether nobody has ended that sleep. */
    public boolean isSleeping() {
        return state.get() == SLEEPING;
    }

    /** Called by the loop, after it has waited or polled and has drained the bell. */
    public void afterSleep() {
        if (state.get() != AWAKE) {
            state.set(AWAKE);
        }
    }
}

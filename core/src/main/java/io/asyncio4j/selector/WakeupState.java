package io.asyncio4j.selector;

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
 * <p>A waker first publishes its work (a store to the loop's queue) and then swaps NOTIFIED in; the
 * loop, after a sleep, first swaps AWAKE in and then looks at the queue (a load). All of them are
 * sequentially consistent, so that one of the two sees the other:
 *
 * <ul>
 *   <li>The waker found SLEEPING: it rings the bell, a descriptor that stays readable until it is
 *       drained. Draining happens only after the wait of some sleep has returned. If that is this
 *       sleep, it has returned; if it were an earlier one, this one would not have begun.
 *   <li>The waker found AWAKE: the loop's next {@link #beforeSleep} fails and it polls instead.
 *   <li>The waker found NOTIFIED: its swap precedes the loop's swap to AWAKE, so its store precedes
 *       the loop's look at the queue. Or another thread's notification is still to be consumed by
 *       beforeSleep, as above.
 * </ul>
 *
 * <p>A waker that is slow between its swap and the bell may ring it in a later sleep, which then
 * ends once for nothing. The bell is drained before AWAKE is swapped in: the other way round, a
 * bell rung in between would be drained while the state says NOTIFIED and sleepers rely on it.
 */
final class WakeupState {
    private static final int AWAKE = 0;
    private static final int SLEEPING = 1;
    private static final int NOTIFIED = 2;

    private final AtomicInteger state = new AtomicInteger(AWAKE);

    /** By any thread. Whether the caller must ring the bell. */
    boolean notifySleeper() {
        return state.get() != NOTIFIED && state.getAndSet(NOTIFIED) == SLEEPING;
    }

    /** By the loop. Whether it may wait; if not, it polls. */
    boolean beforeSleep() {
        return state.compareAndSet(AWAKE, SLEEPING);
    }

    /** By the loop, after waiting or polling and after draining the bell. */
    void afterSleep() {
        if (state.get() != AWAKE) {
            state.set(AWAKE);
        }
    }
}

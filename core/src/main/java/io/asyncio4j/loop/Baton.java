package io.asyncio4j.loop;

import io.asyncio4j.annotation.Nullable;
import java.util.concurrent.locks.LockSupport;

/**
 * The right to run, for one thread: the thread has it, or waits for it.
 *
 * <p>The loop and each of its tasks have a baton, and at most one of them is {@linkplain #give
 * given} at any time. What the giver did before happens before what the receiver does after, by the
 * volatile write and read of {@link #here}: so nothing else that a loop shares with its tasks needs
 * a lock. A late unpark, after the baton was given on, makes a later park return spuriously; the
 * loop around the park handles that.
 */
final class Baton {

    private volatile boolean here;
    // Written by its own thread while that runs, and read by the thread that gets the right next.
    private @Nullable Thread thread;

    /** Sets the thread that will wait. Called by that thread or its creator. */
    void belongTo(Thread waiting) {
        thread = waiting;
    }

    /** Lets the thread of this baton run. After this call, the caller must not use shared state. */
    void give() {
        Thread waiting = thread;
        here = true;
        LockSupport.unpark(waiting);
    }

    /** Waits for the right to run. The interrupt status is restored afterwards. */
    void await() {
        boolean interrupted = false;
        while (!here) {
            LockSupport.park(this);
            interrupted |= Thread.interrupted();
        }
        here = false;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

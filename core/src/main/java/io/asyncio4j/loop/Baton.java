package io.asyncio4j.loop;

import io.asyncio4j.annotation.Nullable;
import java.util.concurrent.locks.LockSupport;

/**
 * The right to run, as far as one thread is concerned: it has it, or waits for it.
 *
 * <p>A loop and its tasks have one each, and of all these at most one is {@linkplain #give given}
 * at any time. What the giver did before happens before what the receiver does after, by the
 * volatile write and read of {@link #here}: so nothing else that a loop shares with its tasks needs
 * a lock. An unpark that comes late, when its baton was given on already, makes a later park return
 * once more often than needed, which the loop around it is for.
 */
final class Baton {

    private volatile boolean here;
    // Written by its own thread while that runs, and read by whoever was given the right after it.
    private @Nullable Thread thread;

    /** Says which thread will wait; the thread itself does, or its creator. */
    void belongTo(Thread waiting) {
        thread = waiting;
    }

    /** Lets the thread of this baton run. The caller must not touch what is shared after that. */
    void give() {
        Thread waiting = thread;
        here = true;
        LockSupport.unpark(waiting);
    }

    /** Waits for the right to run. An interrupt is kept for later. */
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

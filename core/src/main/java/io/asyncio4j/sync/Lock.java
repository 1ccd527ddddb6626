package io.asyncio4j.sync;

import io.asyncio4j.Task;
import io.asyncio4j.annotation.Nullable;

/**
 * A lock for tasks: while one holds it, others wait.
 *
 * <pre>{@code
 * try (var _ = lock.acquire()) {
 *     ...                          // may await, unlike in a synchronized block of a callback
 * }
 * }</pre>
 *
 * <p>Fair: tasks acquire it in the order in which they arrived, and none overtakes a task that was
 * woken and has not resumed yet. Not reentrant, and not owned by a task: another one, or a
 * callback, may release it. For threads and cancellation see the rules of the package.
 *
 * <pre>
 *   free --acquire--> held --release, no waiters----> free
 *                      ^ \--release, with waiters----> promised
 *                      |                                 |  \-- woken task cancelled: next, or free
 *                      +-------- woken task resumes -----+
 * </pre>
 */
public final class Lock extends LoopBound {

    /** One acquisition, until it is released. */
    static final class Hold implements Held {
        private final Lock lock;

        private Hold(Lock lock) {
            this.lock = lock;
        }

        @Override
        public void close() {
            if (lock.hold == this) {
                lock.release();
            }
        }
    }

    private final WaiterQueue waiters = new WaiterQueue();
    private @Nullable Hold hold;
    // A waiter was woken to acquire the lock, and has not resumed yet.
    private boolean promised;

    /** Creates a lock that is free. */
    public Lock() {}

    /** Returns whether a task holds the lock. */
    public boolean isLocked() {
        return hold != null;
    }

    /**
     * Waits until the lock is free, and acquires it.
     *
     * @return an object that releases the lock when closed, unless {@link #release()} did before
     * @throws IllegalStateException outside of a task, or if the lock belongs to another loop
     * @throws java.util.concurrent.CancellationException if the task was cancelled while it waited;
     *     it does not have the lock then
     */
    public Held acquire() {
        Task<?> task = requireTask("Lock.acquire");
        if (hold != null || promised) {
            awaitTurn(task);
        }
        var acquired = new Hold(this);
        hold = acquired;
        return acquired;
    }

    /**
     * Releases the lock, and wakes the first waiting task.
     *
     * @throws IllegalStateException if it is not held
     */
    public void release() {
        var _ = letGo("Lock.release");
    }

    /** Releases the lock and returns the hold, which can be taken up again. */
    Hold letGo(String method) {
        Hold held = hold;
        if (held == null) {
            throw new IllegalStateException(method + " needs the lock, which is not held: " + this);
        }
        hold = null;
        promised = waiters.wakeFirst();
        return held;
    }

    /** Waits until the lock is free, and takes {@code held} up again. */
    void takeUp(Hold held, Task<?> task) {
        if (hold != null || promised) {
            awaitTurn(task);
        }
        hold = held;
    }

    private void awaitTurn(Task<?> task) {
        Waiter waiter = addWaiter(waiters, task);
        try {
            waiter.await();
        } catch (Throwable e) {
            if (waiter.abandon()) {
                promised = waiters.wakeFirst();
            }
            throw e;
        }
        promised = false;
    }

    @Override
    public String toString() {
        return "<Lock " + (isLocked() ? "locked" : "unlocked") + " waiters=" + waiters.size() + ">";
    }
}

package io.asyncio4j.sync;

import io.asyncio4j.Task;

/**
 * A number of permits that tasks acquire and release; a task waits while none is available.
 *
 * <pre>{@code
 * var connections = new Semaphore(10);
 * try (var _ = connections.acquire()) {
 *     ...
 * }
 * }</pre>
 *
 * <p>Fair: a released permit goes to the task that has waited longest, and no task overtakes one
 * that waits, or was woken and has not resumed yet. Not owned by a task: another one, or a
 * callback, may release a permit. For threads and cancellation see the rules of the package.
 */
public sealed class Semaphore extends LoopBound permits BoundedSemaphore {

    /** A permit that was acquired. */
    static final class Permit implements Held {
        private final Semaphore semaphore;
        private boolean closed;

        private Permit(Semaphore semaphore) {
            this.semaphore = semaphore;
        }

        @Override
        public void close() {
            if (!closed) {
                closed = true;
                semaphore.release();
            }
        }
    }

    private final WaiterQueue waiters = new WaiterQueue();
    private int permits;
    // Waiters that were woken with a permit, and have not resumed yet.
    private int promised;

    /** Creates a semaphore with one permit. */
    public Semaphore() {
        this(1);
    }

    /**
     * Creates a semaphore with {@code permits} permits.
     *
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public Semaphore(int permits) {
        if (permits < 0) {
            throw new IllegalArgumentException(
                    "The number of permits must not be negative: " + permits);
        }
        this.permits = permits;
    }

    /** Returns whether {@link #acquire()} would have to wait. */
    public final boolean isLocked() {
        return permits == 0 || promised > 0 || !waiters.isEmpty();
    }

    /**
     * Waits until a permit is available, and acquires it.
     *
     * @return an object that releases the permit when closed; close it or call {@link #release()},
     *     not both
     * @throws IllegalStateException outside of a task, or if the semaphore belongs to another loop
     * @throws java.util.concurrent.CancellationException if the task was cancelled while it waited;
     *     it does not have a permit then
     */
    public final Held acquire() {
        Task<?> task = requireTask("Semaphore.acquire");
        if (isLocked()) {
            awaitPermit(task);
        } else {
            permits--;
        }
        return new Permit(this);
    }

    /** Releases a permit, or adds one, and wakes the first waiting task. */
    public void release() {
        permits = Math.incrementExact(permits);
        grantNext();
    }

    /** Returns how many permits are neither acquired nor promised. */
    final int permits() {
        return permits;
    }

    /** Returns how many permits are on their way to tasks that were woken. */
    final int promised() {
        return promised;
    }

    private void awaitPermit(Task<?> task) {
        Waiter waiter = addWaiter(waiters, task);
        try {
            waiter.await();
            promised--;
        } catch (Throwable e) {
            if (waiter.abandon()) {
                promised--;
                permits++;
            }
            throw e;
        } finally {
            // Permits are left over when more were released than tasks waited: tasks that arrived
            // since then queued behind this one.
            while (permits > 0 && grantNext()) {}
        }
    }

    /** Gives a permit to the first waiter; a permit must be available. */
    private boolean grantNext() {
        if (!waiters.wakeFirst()) {
            return false;
        }
        permits--;
        promised++;
        return true;
    }

    @Override
    public String toString() {
        return "<"
                + getClass().getSimpleName()
                + " permits="
                + permits
                + " waiters="
                + waiters.size()
                + ">";
    }
}

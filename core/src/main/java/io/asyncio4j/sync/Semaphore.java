package io.asyncio4j.sync;

import io.asyncio4j.Task;

/**
 * A number of permits, which tasks take and give back; who finds none waits.
 *
 * <pre>{@code
 * var connections = new Semaphore(10);
 * try (var _ = connections.acquire()) {
 *     ...
 * }
 * }</pre>
 *
 * <p>Fair: a permit that is given back goes to the task that has waited longest, and nobody
 * overtakes one that waits or was woken and has not resumed yet. Not owned by a task: another one,
 * or a callback, may release a permit. The rules of threads and cancellation are those of the
 * package.
 */
public sealed class Semaphore extends LoopBound permits BoundedSemaphore {

    /** A permit that was taken. */
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
     * @throws IllegalArgumentException if there are fewer than none
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
     * Waits until there is a permit, and takes it.
     *
     * @return what gives the permit back when closed; close it or call {@link #release()}, not both
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

    /** Gives a permit back, or adds one, and wakes the first task that waits for it. */
    public void release() {
        permits = Math.incrementExact(permits);
        grantNext();
    }

    /** Returns how many permits nobody has or was promised. */
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
            // Permits are left over when more were released than tasks waited: those who came
            // since then stood behind this task.
            while (permits > 0 && grantNext()) {}
        }
    }

    /** Gives a permit to the first waiter; there must be one to give. */
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

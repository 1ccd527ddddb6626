package io.asyncio4j.sync;

import io.asyncio4j.Task;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Where tasks that hold a lock wait for something that others, which hold the lock, bring about.
 *
 * <pre>{@code
 * try (var _ = condition.acquire()) {
 *     condition.waitFor(() -> !jobs.isEmpty());
 *     ...
 * }
 *
 * try (var _ = condition.acquire()) {
 *     jobs.add(job);
 *     condition.signal();
 * }
 * }</pre>
 *
 * <p>Several conditions may share a lock. A wait may end without a signal, so look again, or use
 * {@link #waitFor}. The rules of threads and cancellation are those of the package.
 */
public final class Condition extends LoopBound {

    private final Lock lock;
    private final WaiterQueue waiters = new WaiterQueue();

    /** Creates a condition with a new lock. */
    public Condition() {
        this(new Lock());
    }

    /** Creates a condition of {@code lock}. */
    public Condition(Lock lock) {
        this.lock = Objects.requireNonNull(lock, "lock");
    }

    /** Acquires the lock; see {@link Lock#acquire()}. */
    public Held acquire() {
        return lock.acquire();
    }

    /** Releases the lock; see {@link Lock#release()}. */
    public void release() {
        lock.release();
    }

    /** Returns whether a task holds the lock. */
    public boolean isLocked() {
        return lock.isLocked();
    }

    /**
     * Releases the lock, waits for a signal, and takes the lock again, also when it then throws.
     *
     * <p>A task that is cancelled gets the lock before it gets the exception, however long that
     * takes and however often it is cancelled meanwhile: the code around it relies on the lock. If
     * it had a signal by then, the next task gets it.
     *
     * @throws IllegalStateException if nobody holds the lock, outside of a task, or if the
     *     condition belongs to another loop
     * @throws CancellationException if the task was cancelled, the latest time if more than once
     */
    public void await() {
        Task<?> task = requireTask("Condition.await");
        requireLocked("Condition.await");
        Waiter waiter = addWaiter(waiters, task);
        Lock.Hold hold = lock.letGo("Condition.await");
        try {
            try {
                waiter.await();
            } finally {
                takeUp(hold, task);
            }
        } catch (Throwable e) {
            if (waiter.abandon()) {
                waiters.wakeFirst();
            }
            throw e;
        }
    }

    /**
     * Waits, as {@link #await()} does, until {@code predicate} holds. It is asked while the lock is
     * held, first without waiting; what it throws is thrown on.
     */
    public void waitFor(BooleanSupplier predicate) {
        requireTask("Condition.waitFor");
        requireLocked("Condition.waitFor");
        while (!predicate.getAsBoolean()) {
            await();
        }
    }

    /** Wakes the first task that waits; see {@link #signal(int)}. */
    public void signal() {
        signal(1);
    }

    /**
     * Wakes the first {@code count} tasks that wait, or as many as there are. They continue when
     * they get the lock, so release it.
     *
     * @throws IllegalStateException if nobody holds the lock
     */
    public void signal(int count) {
        requireLocked("Condition.signal");
        for (int i = 0; i < count && waiters.wakeFirst(); i++) {}
    }

    /**
     * Wakes all tasks that wait.
     *
     * @throws IllegalStateException if nobody holds the lock
     */
    public void signalAll() {
        requireLocked("Condition.signalAll");
        waiters.wakeAll();
    }

    /** Takes the lock whatever comes, and only then throws what came. */
    private void takeUp(Lock.Hold hold, Task<?> task) {
        CancellationException latest = null;
        while (true) {
            try {
                lock.takeUp(hold, task);
                break;
            } catch (CancellationException e) {
                latest = e;
            }
        }
        if (latest != null) {
            throw latest;
        }
    }

    private void requireLocked(String method) {
        if (!lock.isLocked()) {
            throw new IllegalStateException(
                    method + " needs the lock, which nobody holds: " + this);
        }
    }

    @Override
    public String toString() {
        return "<Condition "
                + (isLocked() ? "locked" : "unlocked")
                + " waiters="
                + waiters.size()
                + ">";
    }
}

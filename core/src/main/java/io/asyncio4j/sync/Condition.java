package io.asyncio4j.sync;

import io.asyncio4j.Task;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/**
 * Lets tasks that hold a lock wait for a change that other tasks make while they hold the lock.
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
 * <p>Several conditions may share a lock. A wait may end without a signal, so check again, or use
 * {@link #waitFor}. For threads and cancellation see the rules of the package.
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
     * Releases the lock, waits for a signal, and acquires the lock again, even if this then throws.
     *
     * <p>A cancelled task acquires the lock before it gets the exception, however long that takes
     * and however often it is cancelled meanwhile: the surrounding code relies on the lock. If the
     * task had received a signal, the next task gets that signal.
     *
     * @throws IllegalStateException if the lock is not held, outside of a task, or if the condition
     *     belongs to another loop
     * @throws CancellationException if the task was cancelled; the latest one if it was cancelled
     *     repeatedly
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
     * Waits, as {@link #await()} does, until {@code predicate} holds. The predicate is called while
     * the lock is held, first without waiting; its exceptions propagate.
     */
    public void waitFor(BooleanSupplier predicate) {
        requireTask("Condition.waitFor");
        requireLocked("Condition.waitFor");
        while (!predicate.getAsBoolean()) {
            await();
        }
    }

    /** Wakes the first waiting task; see {@link #signal(int)}. */
    public void signal() {
        signal(1);
    }

    /**
     * Wakes the first {@code count} waiting tasks, or all if there are fewer. They continue when
     * they have acquired the lock, so release it.
     *
     * @throws IllegalStateException if the lock is not held
     */
    public void signal(int count) {
        requireLocked("Condition.signal");
        for (int i = 0; i < count && waiters.wakeFirst(); i++) {}
    }

    /**
     * Wakes all waiting tasks.
     *
     * @throws IllegalStateException if the lock is not held
     */
    public void signalAll() {
        requireLocked("Condition.signalAll");
        waiters.wakeAll();
    }

    /** Acquires the lock, whatever happens, and throws only then. */
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
            throw new IllegalStateException(method + " needs the lock, which is not held: " + this);
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

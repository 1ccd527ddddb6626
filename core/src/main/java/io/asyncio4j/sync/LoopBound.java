package io.asyncio4j.sync;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Task;
import io.asyncio4j.annotation.Nullable;

/**
 * Base of the objects that tasks of one loop share. They can be created anywhere, and are bound to
 * the loop of the first task that has to wait: only from then on would a second loop be an error.
 */
abstract sealed class LoopBound permits Lock, Event, Condition, Semaphore, Barrier, Queue {

    private @Nullable EventLoop loop;

    /** Returns the current task, for {@code method}, which may have to wait. */
    static Task<?> requireTask(String method) {
        Task<?> task = Task.current();
        if (task == null) {
            throw new IllegalStateException(
                    method
                            + " must be called from a task, not from a callback, where it would"
                            + " block the loop, or from outside of a loop; make a task with"
                            + " createTask");
        }
        return task;
    }

    /**
     * Adds {@code task}, the current one, to {@code queue}; the caller must then await the waiter.
     */
    final Waiter addWaiter(WaiterQueue queue, Task<?> task) {
        EventLoop current = task.loop();
        if (loop == null) {
            loop = current;
        } else if (loop != current) {
            throw new IllegalStateException(
                    this + " belongs to " + loop + ", and " + task + " runs on " + current);
        }
        var waiter = new Waiter(current);
        queue.add(waiter);
        return waiter;
    }
}

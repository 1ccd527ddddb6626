package io.asyncio4j.sync;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Task;
import io.asyncio4j.annotation.Nullable;

/**
 * What tasks of one loop share. It may be made anywhere, and becomes that loop's when the first
 * task has to wait for it: only then a second loop could go wrong.
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

    /** Adds {@code task}, the current one, to {@code queue}; then it is to await the waiter. */
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

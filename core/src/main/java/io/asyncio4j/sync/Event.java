package io.asyncio4j.sync;

import io.asyncio4j.Task;

/**
 * A flag that tasks wait for.
 *
 * <p>For threads and cancellation see the rules of the package.
 */
public final class Event extends LoopBound {

    private final WaiterQueue waiters = new WaiterQueue();
    private boolean flag;

    /** Creates an event that is not set. */
    public Event() {}

    /** Returns whether the event is set. */
    public boolean isSet() {
        return flag;
    }

    /**
     * Sets the event and wakes all tasks that wait for it. They continue even if it is cleared
     * before they resume.
     */
    public void set() {
        flag = true;
        waiters.wakeAll();
    }

    /** Clears the event: tasks that await it from now on wait. */
    public void clear() {
        flag = false;
    }

    /**
     * Waits until the event is set.
     *
     * @throws IllegalStateException outside of a task, or if the event belongs to another loop
     * @throws java.util.concurrent.CancellationException if the task was cancelled while it waited
     */
    public void await() {
        Task<?> task = requireTask("Event.await");
        if (flag) {
            return;
        }
        Waiter waiter = addWaiter(waiters, task);
        try {
            waiter.await();
        } catch (Throwable e) {
            waiter.abandon();
            throw e;
        }
    }

    @Override
    public String toString() {
        return "<Event " + (flag ? "set" : "unset") + " waiters=" + waiters.size() + ">";
    }
}

package io.asyncio4j.sync;

import io.asyncio4j.Task;
import java.util.ArrayDeque;
import java.util.Objects;

/**
 * A queue between tasks: first in, first out, with or without a limit of items.
 *
 * <p>The task that has waited longest is woken first. If another task, which did not have to wait,
 * was faster, the woken one waits again, behind the others. Items must not be null. For threads and
 * cancellation see the rules of the package.
 *
 * <p>{@link #shutdown(boolean)} ends a queue: from then on nothing can be put, and nothing can be
 * taken once it is empty; both throw {@link QueueShutDownException}.
 *
 * @param <T> the type of the items
 */
public sealed class Queue<T> extends LoopBound permits LifoQueue, PriorityQueue {

    private final int maxsize;
    private final java.util.Queue<T> items;
    private final WaiterQueue getters = new WaiterQueue();
    private final WaiterQueue putters = new WaiterQueue();
    private final WaiterQueue joiners = new WaiterQueue();
    private int unfinished;
    private boolean shutDown;

    /** Creates a queue without a limit. */
    public Queue() {
        this(0);
    }

    /** Creates a queue for {@code maxsize} items; without a limit if that is zero or less. */
    public Queue(int maxsize) {
        this(maxsize, new ArrayDeque<>());
    }

    /** Creates a queue that returns its items in the order of {@code items}, which is empty. */
    Queue(int maxsize, java.util.Queue<T> items) {
        this.maxsize = maxsize;
        this.items = items;
    }

    /** Returns how many items there are. */
    public final int size() {
        return items.size();
    }

    /** Returns how many items there can be; zero or less if there is no limit. */
    public final int maxsize() {
        return maxsize;
    }

    /** Returns whether there is no item. */
    public final boolean isEmpty() {
        return items.isEmpty();
    }

    /** Returns whether the limit of items is reached; always false without a limit. */
    public final boolean isFull() {
        return maxsize > 0 && items.size() >= maxsize;
    }

    /**
     * Puts {@code item}, waiting while the queue is full.
     *
     * @throws QueueShutDownException if the queue was shut down, also while waiting
     * @throws IllegalStateException outside of a task, or if the queue belongs to another loop
     * @throws java.util.concurrent.CancellationException if the task was cancelled while it waited;
     *     the item is not in the queue then
     */
    public final void put(T item) {
        Task<?> task = requireTask("Queue.put");
        Objects.requireNonNull(item, "item");
        while (isFull() && !shutDown) {
            Waiter putter = addWaiter(putters, task);
            try {
                putter.await();
            } catch (Throwable e) {
                if (putter.abandon() && !isFull()) {
                    putters.wakeFirst();
                }
                throw e;
            }
        }
        try {
            putNowait(item);
        } catch (RuntimeException e) {
            // A priority queue's comparator may refuse the item: the room then goes to the next
            // task.
            if (!isFull()) {
                putters.wakeFirst();
            }
            throw e;
        }
    }

    /**
     * Puts {@code item} without waiting.
     *
     * @throws QueueFullException if the queue is full
     * @throws QueueShutDownException if it was shut down
     */
    public final void putNowait(T item) {
        Objects.requireNonNull(item, "item");
        if (shutDown) {
            throw new QueueShutDownException(this);
        }
        if (isFull()) {
            throw new QueueFullException(this);
        }
        items.add(item);
        unfinished++;
        getters.wakeFirst();
    }

    /**
     * Takes an item, waiting while there is none.
     *
     * @throws QueueShutDownException if the queue was shut down and is empty, also while waiting
     * @throws IllegalStateException outside of a task, or if the queue belongs to another loop
     * @throws java.util.concurrent.CancellationException if the task was cancelled while it waited;
     *     no item is lost then
     */
    public final T get() {
        Task<?> task = requireTask("Queue.get");
        while (items.isEmpty() && !shutDown) {
            Waiter getter = addWaiter(getters, task);
            try {
                getter.await();
            } catch (Throwable e) {
                if (getter.abandon() && !items.isEmpty()) {
                    getters.wakeFirst();
                }
                throw e;
            }
        }
        return getNowait();
    }

    /**
     * Takes an item without waiting.
     *
     * @throws QueueEmptyException if there is none
     * @throws QueueShutDownException if there is none and the queue was shut down
     */
    public final T getNowait() {
        T item = items.poll();
        if (item == null) {
            throw shutDown ? new QueueShutDownException(this) : new QueueEmptyException(this);
        }
        putters.wakeFirst();
        return item;
    }

    /**
     * Reports that the work on an item that was taken is done. Once that was reported for all items
     * that were ever put, {@link #join()} returns.
     *
     * @throws IllegalStateException if called more often than items were put
     */
    public final void taskDone() {
        if (unfinished == 0) {
            throw new IllegalStateException(
                    "taskDone was called more often than items were put: " + this);
        }
        finish(1);
    }

    /**
     * Waits until {@link #taskDone()} was called for each item that was put.
     *
     * @throws IllegalStateException outside of a task, or if the queue belongs to another loop
     * @throws java.util.concurrent.CancellationException if the task was cancelled while it waited
     */
    public final void join() {
        Task<?> task = requireTask("Queue.join");
        if (unfinished == 0) {
            return;
        }
        Waiter joiner = addWaiter(joiners, task);
        try {
            joiner.await();
        } catch (Throwable e) {
            joiner.abandon();
            throw e;
        }
    }

    /** Shuts the queue down, leaving its items to be taken; see {@link #shutdown(boolean)}. */
    public final void shutdown() {
        shutdown(false);
    }

    /**
     * Shuts the queue down. Nothing can be put any more, and tasks that wait to put or to get are
     * woken and throw {@link QueueShutDownException}. Shutting down again is a no-op, or empties
     * the queue.
     *
     * @param immediate whether to discard the items in the queue, and count them as done
     */
    public final void shutdown(boolean immediate) {
        shutDown = true;
        if (immediate) {
            int dropped = items.size();
            items.clear();
            finish(Math.min(dropped, unfinished));
        }
        getters.wakeAll();
        putters.wakeAll();
    }

    private void finish(int count) {
        unfinished -= count;
        if (unfinished == 0) {
            joiners.wakeAll();
        }
    }

    @Override
    public final String toString() {
        return "<"
                + getClass().getSimpleName()
                + " size="
                + size()
                + " maxsize="
                + maxsize
                + " getters="
                + getters.size()
                + " putters="
                + putters.size()
                + " unfinished="
                + unfinished
                + (shutDown ? " shut down>" : ">");
    }
}

package io.asyncio4j.interop;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.AtClose;
import io.asyncio4j.spi.LoopContext;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Flow;
import java.util.function.Consumer;

/**
 * Lets a task iterate over the items of a {@link Flow.Publisher}, which may publish in any thread.
 *
 * <pre>{@code
 * try (var lines = AsyncIterator.of(publisher)) {
 *     while (lines.hasNext()) {
 *         handle(lines.next());
 *     }
 * }
 * }</pre>
 *
 * <p>Requests at most {@code capacity} items ahead of the task. Cancelling the waiting task loses
 * no item. Closing cancels the subscription. Belongs to the loop that it was created on.
 *
 * @param <T> the type of the items
 */
public final class AsyncIterator<T> implements Iterator<T>, AutoCloseable {

    private static final int DEFAULT_CAPACITY = 16;

    private final EventLoop loop;
    private final int capacity;
    private final ArrayDeque<T> items = new ArrayDeque<>();
    private Flow.@Nullable Subscription subscription;
    private int taken;
    private @Nullable Future<@Nullable Void> waiter;
    private @Nullable Throwable failure;
    private Runnable loopClosed = () -> {};
    private boolean complete;
    private boolean closed;

    private AsyncIterator(EventLoop loop, int capacity) {
        this.loop = loop;
        this.capacity = capacity;
    }

    /**
     * Subscribes to {@code publisher}, requesting a few items ahead.
     *
     * @throws IllegalStateException outside of a running loop
     */
    public static <T> AsyncIterator<T> of(Flow.Publisher<? extends T> publisher) {
        return of(publisher, DEFAULT_CAPACITY);
    }

    /**
     * Subscribes to {@code publisher}, requesting up to {@code capacity} items ahead.
     *
     * @throws IllegalArgumentException if {@code capacity} is not positive
     */
    public static <T> AsyncIterator<T> of(Flow.Publisher<? extends T> publisher, int capacity) {
        Objects.requireNonNull(publisher, "publisher");
        if (capacity <= 0) {
            throw new IllegalArgumentException("capacity must be positive: " + capacity);
        }
        var iterator = new AsyncIterator<T>(LoopContext.runningLoop(), capacity);
        var subscriber = new Subscriber<T>(iterator);
        iterator.loopClosed = subscriber::loopClosed;
        AtClose.call(iterator.loop, iterator.loopClosed);
        publisher.subscribe(subscriber);
        return iterator;
    }

    /**
     * Waits until there is an item or the publisher has ended; returns whether there is an item.
     *
     * @throws CancellationException if the current task was cancelled
     * @throws CompletionException if the publisher failed with a checked exception, which is the
     *     cause; an unchecked one is thrown unchanged. Items published before come first
     * @throws IllegalStateException outside of a task, or if another task is waiting for an item
     */
    @Override
    public boolean hasNext() {
        while (items.isEmpty() && !complete && !closed) {
            if (waiter != null) {
                throw new IllegalStateException(
                        "Another task already waits for the next item of this iterator");
            }
            Future<@Nullable Void> waiting = loop.createFuture();
            waiter = waiting;
            try {
                waiting.await();
            } finally {
                waiter = null;
            }
        }
        if (items.isEmpty() && failure != null && !closed) {
            Future<@Nullable Void> failed = loop.createFuture();
            failed.setException(failure);
            failed.result(); // throws the failure as every future does
        }
        return !items.isEmpty();
    }

    /**
     * Returns the next item, waiting as {@link #hasNext()} does.
     *
     * @throws NoSuchElementException if there are no more items
     */
    @Override
    public T next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        T item = items.remove();
        Flow.Subscription source = subscription;
        if (++taken > capacity / 2 && source != null) {
            int more = taken;
            taken = 0;
            source.request(more);
        }
        return item;
    }

    /** Cancels the subscription and drops the remaining items. Idempotent. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        AtClose.forget(loop, loopClosed);
        items.clear();
        if (subscription != null && !complete) {
            subscription.cancel();
        }
        wake();
    }

    private void wake() {
        Future<@Nullable Void> waiting = waiter;
        if (waiting != null && !waiting.isDone()) {
            waiting.setResult(null);
        }
    }

    private void subscribed(Flow.Subscription newSubscription) {
        if (closed || subscription != null) {
            newSubscription.cancel();
            return;
        }
        subscription = newSubscription;
        newSubscription.request(capacity);
    }

    private void received(T item) {
        if (closed || complete) {
            return;
        }
        if (items.size() + taken >= capacity) {
            if (subscription != null) {
                subscription.cancel();
            }
            ended(new IllegalStateException("The publisher sent more items than were requested"));
            return;
        }
        items.add(item);
        wake();
    }

    private void ended(@Nullable Throwable exception) {
        if (!complete) {
            complete = true;
            AtClose.forget(loop, loopClosed);
            failure = exception;
            wake();
        }
    }

    /**
     * Passes the publisher's signals from any thread to the loop. If the publisher outlives the
     * loop, it refers only to this object, and its subscription is cancelled.
     */
    private static final class Subscriber<T> implements Flow.Subscriber<T> {

        // Null once the loop is closed.
        private volatile @Nullable AsyncIterator<T> iterator;
        private volatile Flow.@Nullable Subscription source;

        Subscriber(AsyncIterator<T> iterator) {
            this.iterator = iterator;
        }

        void loopClosed() {
            iterator = null;
            Flow.Subscription active = source;
            if (active != null) {
                active.cancel();
            }
        }

        @Override
        public void onSubscribe(Flow.Subscription newSubscription) {
            Objects.requireNonNull(newSubscription, "subscription");
            if (source == null) {
                source = newSubscription;
            }
            if (!onLoop(target -> target.subscribed(newSubscription))) {
                newSubscription.cancel();
            }
        }

        @Override
        public void onNext(T item) {
            Objects.requireNonNull(item, "item");
            onLoop(target -> target.received(item));
        }

        @Override
        public void onError(Throwable exception) {
            Objects.requireNonNull(exception, "exception");
            onLoop(target -> target.ended(exception));
        }

        @Override
        public void onComplete() {
            onLoop(target -> target.ended(null));
        }

        /** Returns false if the loop is closed. */
        private boolean onLoop(Consumer<AsyncIterator<T>> action) {
            AsyncIterator<T> target = iterator;
            if (target == null) {
                return false;
            }
            try {
                target.loop.callSoonThreadsafe(() -> action.accept(target));
                return true;
            } catch (IllegalStateException loopClosed) {
                return false;
            }
        }
    }
}

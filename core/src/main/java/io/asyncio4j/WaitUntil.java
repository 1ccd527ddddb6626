package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/** Waits for some of several futures without cancelling any. */
final class WaitUntil {

    private WaitUntil() {}

    static <F extends Future<?>> WaitResult<F> waitUntil(
            Collection<? extends F> futures, ReturnWhen returnWhen, @Nullable Duration timeout) {
        Objects.requireNonNull(returnWhen, "returnWhen");
        EventLoop loop = CurrentTask.require("waitUntil").loop();
        Set<F> all = distinct(futures, loop);
        if (all.isEmpty()) {
            throw new IllegalArgumentException(
                    "waitUntil needs at least one future; there are none");
        }
        var waiter = new Countdown(loop, all, returnWhen);
        all.forEach(each -> each.addDoneCallback(waiter));
        TimerHandle timer = timeout == null ? null : loop.callLater(timeout, waiter::release);
        try {
            waiter.await();
        } finally {
            if (timer != null) {
                timer.cancel();
            }
            all.forEach(each -> each.removeDoneCallback(waiter));
        }
        var done = new LinkedHashSet<F>();
        var pending = new LinkedHashSet<F>();
        all.forEach(each -> (each.isDone() ? done : pending).add(each));
        return new WaitResult<>(done, pending);
    }

    /** Done soon after enough of the futures that it is a callback of are done. */
    private static final class Countdown extends Future<@Nullable Void>
            implements Consumer<Future<?>> {
        private final Set<? extends Future<?>> all;
        private final ReturnWhen returnWhen;
        private int pending;

        Countdown(EventLoop loop, Set<? extends Future<?>> all, ReturnWhen returnWhen) {
            super(loop);
            this.all = all;
            this.pending = all.size();
            this.returnWhen = returnWhen;
        }

        @Override
        public void accept(Future<?> done) {
            pending--;
            if (pending == 0 || isEnough(done)) {
                release();
            }
        }

        private boolean isEnough(Future<?> done) {
            return switch (returnWhen) {
                case FIRST_COMPLETED -> true;
                case FIRST_EXCEPTION -> !done.isCancelled() && done.exception() != null;
                case ALL_COMPLETED -> false;
            };
        }

        @Override
        protected boolean cancelAtDeadline() {
            boolean aboutToBeDone =
                    all.stream().allMatch(Future::isDone)
                            || all.stream().anyMatch(each -> each.isDone() && isEnough(each));
            return !aboutToBeDone && super.cancelAtDeadline();
        }

        void release() {
            if (!isDone()) {
                setResult(null);
            }
        }
    }

    static <F extends Future<?>> Iterable<F> asCompleted(Collection<? extends F> futures) {
        EventLoop loop = CurrentTask.require("asCompleted").loop();
        Set<F> all = distinct(futures, loop);
        var iterator = new Completions<F>(loop, all);
        all.forEach(each -> each.addDoneCallback(done -> iterator.add(each)));
        return () -> iterator;
    }

    /** Iterates over futures in the order in which they complete. */
    private static final class Completions<F extends Future<?>> implements Iterator<F> {
        private final EventLoop loop;
        private final Set<F> pending;
        private final ArrayDeque<F> done = new ArrayDeque<>();
        private int left;
        private @Nullable Future<@Nullable Void> waiter;

        Completions(EventLoop loop, Set<F> all) {
            this.loop = loop;
            this.pending = new LinkedHashSet<>(all);
            this.left = all.size();
        }

        void add(F future) {
            pending.remove(future);
            done.add(future);
            Future<@Nullable Void> waiting = waiter;
            if (waiting != null && !waiting.isDone()) {
                waiting.setResult(null);
            }
        }

        @Override
        public boolean hasNext() {
            return left > 0;
        }

        @Override
        public F next() {
            if (left == 0) {
                throw new NoSuchElementException();
            }
            if (waiter != null) {
                throw new IllegalStateException(
                        "Another task already waits for the next future of this iterator");
            }
            while (done.isEmpty()) {
                Future<@Nullable Void> waiting = newWaiter();
                waiter = waiting;
                try {
                    waiting.await();
                } finally {
                    waiter = null;
                }
            }
            left--;
            return done.remove();
        }

        private Future<@Nullable Void> newWaiter() {
            return new Future<>(loop) {
                @Override
                protected boolean cancelAtDeadline() {
                    boolean aboutToBeDone = pending.stream().anyMatch(Future::isDone);
                    return !aboutToBeDone && super.cancelAtDeadline();
                }
            };
        }
    }

    private static <F extends Future<?>> Set<F> distinct(
            Collection<? extends F> futures, EventLoop loop) {
        var distinct = new LinkedHashSet<F>();
        for (F future : futures) {
            if (future.loop() != loop) {
                throw new IllegalArgumentException(
                        future + " belongs to another loop than " + loop);
            }
            distinct.add(future);
        }
        return distinct;
    }

    static <T extends @Nullable Object> Future<T> shield(Future<T> inner) {
        if (inner.isDone()) {
            return inner;
        }
        var outer = new Shield<T>(inner);
        Consumer<Future<T>> innerDone = done -> pass(done, outer);
        inner.addDoneCallback(innerDone);
        outer.addDoneCallback(cancelled -> {
            if (!inner.isDone()) {
                inner.removeDoneCallback(innerDone);
            }
        });
        return outer;
    }

    /** Takes over the outcome of another future, soon after it is done. */
    private static final class Shield<T extends @Nullable Object> extends Future<T> {
        private final Future<T> inner;

        Shield(Future<T> inner) {
            super(inner.loop());
            this.inner = inner;
        }

        @Override
        protected boolean cancelAtDeadline() {
            return !inner.isDone() && super.cancelAtDeadline();
        }
    }

    private static <T extends @Nullable Object> void pass(Future<T> inner, Future<T> outer) {
        if (inner.isCancelled()) {
            outer.cancel();
            return;
        }
        Throwable exception = inner.exception();
        if (outer.isDone()) {
            return;
        }
        if (exception == null) {
            outer.setResult(inner.result());
        } else {
            outer.setException(exception);
        }
    }
}

package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.Function;

/** The future behind {@code gather}: the outcomes of all children, in order. */
final class Gather<T extends @Nullable Object, R extends @Nullable Object> extends Future<List<R>> {

    private final List<? extends Future<? extends T>> children;
    private final boolean failFast;
    private final Function<Future<? extends T>, R> collect;
    private int pending;
    private boolean cancelRequested;
    private @Nullable String cancelMessage;
    // Whether a deadline cancelled children, and whether it cost a result.
    private boolean deadlinePassed;
    private boolean cutShort;

    private Gather(
            EventLoop loop,
            List<? extends Future<? extends T>> children,
            boolean failFast,
            Function<Future<? extends T>, R> collect) {
        super(loop);
        this.children = List.copyOf(children);
        this.failFast = failFast;
        this.collect = collect;
        this.pending = children.size();
    }

    /** All results, or the first exception. */
    static <T extends @Nullable Object> Future<List<T>> results(
            EventLoop loop, List<? extends Future<? extends T>> children) {
        return started(new Gather<T, T>(loop, children, true, Future::result));
    }

    /** Results and exceptions alike. */
    static <T extends @Nullable Object> Future<List<Outcome<T>>> outcomes(
            EventLoop loop, List<? extends Future<? extends T>> children) {
        return started(new Gather<T, Outcome<T>>(loop, children, false, Gather::outcome));
    }

    private static <T extends @Nullable Object, R extends @Nullable Object> Future<List<R>> started(
            Gather<T, R> gather) {
        for (Future<?> child : gather.children) {
            if (child.loop() != gather.loop()) {
                throw new IllegalArgumentException(
                        child + " belongs to another loop than " + gather.loop());
            }
        }
        if (gather.children.isEmpty()) {
            gather.setResult(List.of());
        }
        for (Future<? extends T> child : gather.children) {
            child.addDoneCallback(gather::childDone);
        }
        return gather;
    }

    private static <T extends @Nullable Object> Outcome<T> outcome(Future<? extends T> child) {
        Throwable exception = child.isCancelled() ? cancellationOf(child) : child.exception();
        return exception == null
                ? new Outcome.Success<>(child.result())
                : new Outcome.Failure<>(exception);
    }

    private void childDone(Future<? extends T> child) {
        pending--;
        Throwable exception = child.isCancelled() ? null : child.exception();
        if (isDone()) {
            return;
        }
        cutShort |= deadlinePassed && child.isCancelled();
        if (failFast) {
            if (exception == null && child.isCancelled() && !cancelRequested && !cutShort) {
                exception = cancellationOf(child);
            }
            if (exception != null) {
                setException(exception);
                return;
            }
        }
        if (pending > 0) {
            return;
        }
        if (cancelRequested || cutShort) {
            finishCancelled(cancelMessage);
            return;
        }
        var collected = new ArrayList<R>(children.size());
        for (Future<? extends T> each : children) {
            collected.add(collect.apply(each));
        }
        setResult(Collections.unmodifiableList(collected));
    }

    private static CancellationException cancellationOf(Future<?> child) {
        try {
            child.result();
        } catch (CancellationException e) {
            return e;
        }
        throw new AssertionError(child);
    }

    /** Cancels the children; this future is done when they are. */
    @Override
    public boolean cancel(@Nullable String message) {
        if (isDone()) {
            return false;
        }
        boolean cancelled = false;
        for (Future<?> child : children) {
            cancelled |= child.cancel(message);
        }
        if (cancelled) {
            cancelRequested = true;
            cancelMessage = message;
        }
        return cancelled;
    }

    /**
     * Cancels the children that lose no result by it. If all children end with results, so does
     * this.
     */
    @Override
    protected boolean cancelAtDeadline() {
        if (isDone()) {
            return false;
        }
        boolean cancelled = false;
        for (Future<?> child : children) {
            cancelled |= child.cancelAtDeadline();
        }
        deadlinePassed |= cancelled;
        return cancelled;
    }
}

package io.asyncio4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The future behind {@code gather}: all results in order, or the first exception. */
final class Gather<T extends @Nullable Object> extends Future<List<T>> {

    private final List<? extends Future<? extends T>> children;
    private int pending;
    private boolean cancelRequested;
    private @Nullable String cancelMessage;

    private Gather(EventLoop loop, List<? extends Future<? extends T>> children) {
        super(loop);
        this.children = List.copyOf(children);
        this.pending = children.size();
    }

    static <T extends @Nullable Object> Future<List<T>> of(
            EventLoop loop, List<? extends Future<? extends T>> children) {
        for (Future<?> child : children) {
            if (child.loop() != loop) {
                throw new IllegalArgumentException(child + " belongs to another loop than " + loop);
            }
        }
        var gather = new Gather<T>(loop, children);
        if (children.isEmpty()) {
            gather.setResult(List.of());
        }
        for (Future<? extends T> child : children) {
            child.addDoneCallback(gather::childDone);
        }
        return gather;
    }

    private void childDone(Future<? extends T> child) {
        pending--;
        if (isDone()) {
            if (!child.isCancelled()) {
                child.exception();
            }
            return;
        }
        if (child.isCancelled()) {
            if (!cancelRequested) {
                setException(cancellationOf(child));
                return;
            }
        } else {
            Throwable exception = child.exception();
            if (exception != null) {
                setException(exception);
                return;
            }
        }
        if (pending > 0) {
            return;
        }
        if (cancelRequested) {
            finishCancelled(cancelMessage);
            return;
        }
        var results = new ArrayList<T>(children.size());
        for (Future<? extends T> each : children) {
            results.add(each.result());
        }
        setResult(Collections.unmodifiableList(results));
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
}

package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.AtClose;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;

/**
 * A result that becomes available later, on one event loop.
 *
 * <p><b>Threads.</b> Not thread-safe: use it only from callbacks and tasks of its loop, or before
 * the loop runs. Complete it from another thread with {@link EventLoop#callSoonThreadsafe}; pass
 * its outcome to another thread with {@link #toCompletableFuture()}. Completing it in the wrong
 * thread is an error in debug mode, and corrupts the loop otherwise.
 *
 * <p><b>Cancellation.</b> A task that is cancelled while it awaits a future cancels the future, and
 * gets {@link CancellationException} when the future is done; {@link Asyncio#shield} protects the
 * future from that. If several tasks await a future, its cancellation is thrown in all of them.
 *
 * <p><b>Errors.</b> An exception that is never retrieved, by awaiting the future or by {@link
 * #result()} or {@link #exception()}, is reported to the loop's exception handler when the future
 * becomes unreachable, or logged if the loop is closed by then.
 *
 * @param <T> the type of the result
 */
public class Future<T extends @Nullable Object> {

    private enum State {
        PENDING,
        CANCELLED,
        FINISHED
    }

    private final EventLoop loop;
    private State state = State.PENDING;
    // The result, a FailedOutcome, or the message of a cancellation.
    private @Nullable Object outcome;
    // Null, a waiting Task, a Consumer, or a list of those: one waiter is by far the most common
    // case.
    private @Nullable Object callbacks;

    /** Creates a pending future of {@code loop}. */
    public Future(EventLoop loop) {
        this.loop = Objects.requireNonNull(loop, "loop");
    }

    /** Returns the loop that this future belongs to. */
    public final EventLoop loop() {
        return loop;
    }

    /** Returns whether this future has a result or an exception, or was cancelled. */
    public final boolean isDone() {
        return state != State.PENDING;
    }

    /** Returns whether this future was cancelled. */
    public final boolean isCancelled() {
        return state == State.CANCELLED;
    }

    /** As {@link #cancel(String)}, without a message. */
    public final boolean cancel() {
        return cancel(null);
    }

    /**
     * Cancels this future.
     *
     * @param message the message of the {@link CancellationException}, or null
     * @return false if it was done already
     */
    public boolean cancel(@Nullable String message) {
        if (state != State.PENDING) {
            return false;
        }
        complete(State.CANCELLED, message);
        return true;
    }

    /**
     * Cancels this future because a deadline of the task that awaits it has passed. Unlike {@link
     * #cancel(String)}, does not cancel what is certain to end with a result that already exists,
     * so that no result is lost.
     *
     * @return false if it is done, or will be done without having been cancelled
     */
    protected boolean cancelAtDeadline() {
        return cancel(null);
    }

    /**
     * Calls {@link #cancelAtDeadline()} of {@code future}, for task implementations in other
     * packages.
     */
    protected static boolean cancelAtDeadline(Future<?> future) {
        return future.cancelAtDeadline();
    }

    /**
     * Returns the result.
     *
     * @throws IllegalStateException if this future is not done
     * @throws CancellationException if this future was cancelled
     * @throws CompletionException around a checked exception that was set; an unchecked one is
     *     thrown as it is
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // a result is a T, which may be nullable
    public final T result() {
        if (state == State.FINISHED) {
            if (outcome instanceof FailedOutcome failure) {
                failure.markRetrieved();
                Reference.reachabilityFence(this); // or the cleaner may run before
                throw asUnchecked(failure.exception);
            }
            return (T) outcome;
        }
        throw notFinished();
    }

    /**
     * Returns the exception, or null if this future has a result.
     *
     * @throws IllegalStateException if this future is not done
     * @throws CancellationException if it was cancelled
     */
    public final @Nullable Throwable exception() {
        if (state == State.FINISHED) {
            if (outcome instanceof FailedOutcome failure) {
                failure.markRetrieved();
                Reference.reachabilityFence(this);
                return failure.exception;
            }
            return null;
        }
        throw notFinished();
    }

    /**
     * Completes this future with {@code result}.
     *
     * @throws IllegalStateException if it is done already
     */
    public void setResult(T result) {
        finish(result);
    }

    /**
     * Completes this future with {@code exception}.
     *
     * @throws IllegalStateException if it is done already
     */
    public void setException(Throwable exception) {
        fail(exception);
    }

    /** Completes with a result, as {@link #setResult} does unless a subclass forbids it. */
    protected final void finish(T result) {
        requirePending();
        complete(State.FINISHED, result);
    }

    /** Completes with an exception, as {@link #setException} does unless a subclass forbids it. */
    protected final void fail(Throwable exception) {
        requirePending();
        Objects.requireNonNull(exception, "exception");
        var failure = new FailedOutcome(exception, loop, describeOwner());
        try {
            complete(State.FINISHED, failure);
        } finally {
            if (isDone()) {
                failure.watch(this);
            }
        }
    }

    /** Completes as cancelled, for a subclass whose {@link #cancel(String)} only requests it. */
    protected final void finishCancelled(@Nullable String message) {
        requirePending();
        complete(State.CANCELLED, message);
    }

    /**
     * Schedules {@code callback} on the loop when this future is done, or now if it already is.
     * What the callback throws goes to the loop's exception handler.
     *
     * @throws IllegalStateException if this future is done and the loop is closed
     */
    public final void addDoneCallback(Consumer<? super Future<T>> callback) {
        Objects.requireNonNull(callback, "callback");
        if (isDone()) {
            schedule(callback);
        } else {
            append(callback);
        }
    }

    /**
     * Removes all occurrences of a callback. Once the future is done, its callbacks are scheduled
     * and can no longer be removed.
     *
     * @return how many occurrences were removed
     */
    public final int removeDoneCallback(Consumer<? super Future<T>> callback) {
        return removeEntry(callback);
    }

    /**
     * Suspends the current task until this future is done, and returns its result. If it is already
     * done, returns immediately, also outside of a task.
     *
     * @throws IllegalStateException if this future is not done and the caller is not in a task, is
     *     the task that this future is, or is a task of another loop
     * @throws CancellationException if this future, or the waiting task, was cancelled
     * @throws CompletionException around a checked exception that was set; an unchecked one is
     *     thrown as it is
     */
    public final T await() {
        if (state == State.PENDING) {
            CurrentTask.require("await").suspendUntilDone(this);
        }
        return result();
    }

    /**
     * Returns a stage that takes over the outcome of this future and may be used from any thread.
     * Cancelling the stage cancels this future. If the loop is closed before this future is done,
     * the stage fails with {@link IllegalStateException}.
     */
    public final CompletableFuture<T> toCompletableFuture() {
        var stage = new CompletableFuture<T>();
        if (isDone()) {
            passTo(stage);
            return stage;
        }
        Runnable loopClosed =
                () -> {
                    if (isDone()) {
                        passTo(stage);
                    } else {
                        stage.completeExceptionally(
                                new IllegalStateException(
                                        "The event loop was closed before this future was done: "
                                                + this));
                    }
                };
        completeInto(stage);
        AtClose.call(loop, loopClosed);
        var _ = stage.whenComplete((value, exception) -> AtClose.forget(loop, loopClosed));
        return stage;
    }

    /** Passes the outcome to {@code stage}; cancelling the stage cancels this future. */
    final void completeInto(CompletableFuture<T> stage) {
        addDoneCallback(done -> done.passTo(stage));
        var _ =
                stage.whenComplete((value, exception) -> {
                    if (stage.isCancelled() && !loop.isClosed()) {
                        loop.callSoonThreadsafe(() -> cancel(null));
                    }
                });
    }

    private void passTo(CompletableFuture<T> stage) {
        if (isCancelled()) {
            stage.cancel(false);
            return;
        }
        Throwable exception = exception();
        if (exception == null) {
            stage.complete(result());
        } else {
            stage.completeExceptionally(exception);
        }
    }

    /** Adds a task to be resumed when done. */
    protected static void addWaiter(Future<?> future, Task<?> task) {
        future.append(task);
    }

    /** Removes a task that no longer waits. */
    protected static void removeWaiter(Future<?> future, Task<?> task) {
        future.removeEntry(task);
    }

    /** Returns what {@link #result()} throws for {@code exception}. */
    static RuntimeException asUnchecked(Throwable exception) {
        if (exception instanceof RuntimeException unchecked) {
            return unchecked;
        }
        if (exception instanceof Error error) {
            throw error;
        }
        return new CompletionException(exception);
    }

    private RuntimeException notFinished() {
        return state == State.CANCELLED
                ? new CancellationException((String) outcome)
                : new IllegalStateException("The future is not done: " + this);
    }

    private void requirePending() {
        if (state != State.PENDING) {
            throw new IllegalStateException("The future is already done: " + this);
        }
    }

    @SuppressWarnings("unchecked")
    private void append(Object entry) {
        if (callbacks == null) {
            callbacks = entry;
        } else if (callbacks instanceof ArrayList<?> list) {
            ((List<Object>) list).add(entry);
        } else {
            var list = new ArrayList<Object>(4);
            list.add(callbacks);
            list.add(entry);
            callbacks = list;
        }
    }

    private int removeEntry(Object entry) {
        if (callbacks instanceof ArrayList<?> list) {
            int before = list.size();
            list.removeIf(each -> each.equals(entry));
            return before - list.size();
        }
        if (callbacks != null && callbacks.equals(entry)) {
            callbacks = null;
            return 1;
        }
        return 0;
    }

    private void complete(State newState, @Nullable Object newOutcome) {
        Object waiting = callbacks;
        state = newState;
        outcome = newOutcome;
        try {
            scheduleCallbacks();
        } catch (IllegalStateException refused) {
            if (loop.isClosed()) {
                return; // no callback is left
            }
            // In debug mode, called from the wrong thread: the waiters keep waiting.
            state = State.PENDING;
            outcome = null;
            callbacks = waiting;
            throw refused;
        }
    }

    private void scheduleCallbacks() {
        Object entries = callbacks;
        callbacks = null;
        if (entries instanceof ArrayList<?> list) {
            list.forEach(this::schedule);
        } else if (entries != null) {
            schedule(entries);
        }
    }

    @SuppressWarnings("unchecked")
    private void schedule(Object entry) {
        if (entry instanceof Task<?> waiter) {
            waiter.wakeUp();
        } else {
            var callback = (Consumer<? super Future<T>>) entry;
            loop.callSoon(() -> callback.accept(this));
        }
    }

    /** Returns how a report of an exception that was never retrieved names this future. */
    String describeOwner() {
        return "Future";
    }

    /** Returns the state in words, for {@link #toString()}. */
    protected final String describeState() {
        return switch (state) {
            case PENDING -> "pending";
            case CANCELLED -> "cancelled";
            case FINISHED ->
                    outcome instanceof FailedOutcome failure
                            ? "failed with " + failure.exception
                            : "finished";
        };
    }

    @Override
    public String toString() {
        return "<Future " + describeState() + ">";
    }
}

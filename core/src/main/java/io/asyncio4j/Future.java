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
 * A result that is not there yet, belonging to one event loop.
 *
 * <p>Not safe for threads: use it from callbacks and tasks of its loop only, or before the loop
 * runs. To complete one from elsewhere, go through {@link EventLoop#callSoonThreadsafe}; to hand
 * one elsewhere, through {@link #toCompletableFuture()}.
 *
 * <p><b>Cancellation.</b> A task that is cancelled while it awaits a future cancels the future, and
 * gets {@link CancellationException} when that is done; {@link Asyncio#shield} keeps the future out
 * of it. Where several tasks await one future, all of them hear of its cancellation.
 *
 * <p><b>Errors.</b> An exception that was set and never asked for is reported to the loop's
 * exception handler when the future becomes unreachable, or logged if the loop is closed by then.
 * To await a future, or to take its {@link #result()} or {@link #exception()}, is to ask.
 * Completing a future from a wrong thread is an error in debug mode, and breaks things without it.
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
    // Null, a Task that waits, a Consumer, or a list of those: one waiter is by far the usual case.
    private @Nullable Object callbacks;

    /** Creates a pending future of {@code loop}. */
    public Future(EventLoop loop) {
        this.loop = Objects.requireNonNull(loop, "loop");
    }

    /** Returns the loop that this future belongs to. */
    public final EventLoop loop() {
        return loop;
    }

    /** Returns whether there is a result, an exception, or a cancellation. */
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
     * @param message what the {@link CancellationException} should say, or null
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
     * Cancels this future because the time of a task that awaits it is up. Unlike {@link
     * #cancel(String)}, leaves alone what is certain to end with a result that exists already, so
     * that no result is lost.
     *
     * @return false if it is done, or about to be without having been cancelled
     */
    protected boolean cancelAtDeadline() {
        return cancel(null);
    }

    /** Calls {@link #cancelAtDeadline()} of {@code future}; for tasks of other packages. */
    protected static boolean cancelAtDeadline(Future<?> future) {
        return future.cancelAtDeadline();
    }

    /**
     * Returns the result.
     *
     * @throws IllegalStateException if there is none yet
     * @throws CancellationException if this future was cancelled
     * @throws CompletionException around a checked exception that was set; an unchecked one is
     *     thrown as it is
     */
    @SuppressWarnings({"unchecked", "NullAway"}) // a result is a T, which may be nullable
    public final T result() {
        if (state == State.FINISHED) {
            if (outcome instanceof FailedOutcome failure) {
                failure.markRetrieved();
                Reference.reachabilityFence(this); // or the cleaner may look before
                throw asUnchecked(failure.exception);
            }
            return (T) outcome;
        }
        throw notFinished();
    }

    /**
     * Returns the exception that was set, or null if there is a result instead.
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

    /** Completes with a result; what {@link #setResult} does unless a subclass forbids it. */
    protected final void finish(T result) {
        requirePending();
        complete(State.FINISHED, result);
    }

    /**
     * Completes with an exception; what {@link #setException} does unless a subclass forbids it.
     */
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

    /** Becomes cancelled, for a subclass whose {@link #cancel(String)} only asks for it. */
    protected final void finishCancelled(@Nullable String message) {
        requirePending();
        complete(State.CANCELLED, message);
    }

    /**
     * Calls {@code callback} on the loop when done; soon, if that is now. What it throws goes to
     * the loop's exception handler.
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
     * Removes a callback, as often as it was added. One that is on its way already, the future
     * being done, is called nevertheless.
     *
     * @return how often it had been added
     */
    public final int removeDoneCallback(Consumer<? super Future<T>> callback) {
        return removeEntry(callback);
    }

    /**
     * Suspends the current task until this future is done, and returns its result. One that is done
     * is not waited for, anywhere.
     *
     * @throws IllegalStateException if called outside of a task, where it would block the loop; by
     *     the task that this future is; or by a task of another loop
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
     * Returns a stage that takes over the outcome of this future, to be used from any thread.
     * Cancelling it cancels this future. If the loop is closed first, it is completed with {@link
     * IllegalStateException}.
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
                                        "The event loop was closed before this was done: " + this));
                    }
                };
        completeInto(stage);
        AtClose.call(loop, loopClosed);
        var _ = stage.whenComplete((value, exception) -> AtClose.forget(loop, loopClosed));
        return stage;
    }

    /** Has {@code stage} take over the outcome; cancelling it cancels this future. */
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
                : new IllegalStateException("The result is not ready: " + this);
    }

    private void requirePending() {
        if (state != State.PENDING) {
            throw new IllegalStateException("Already done: " + this);
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
            // In debug mode, for a wrong thread: those who wait still do.
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

    /** Returns what this is called in the report of an exception that nobody asked for. */
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

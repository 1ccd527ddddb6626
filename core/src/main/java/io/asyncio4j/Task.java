package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.util.concurrent.CancellationException;

/**
 * Plain, blocking-style code that runs on an event loop and lets other code run only while it
 * awaits.
 *
 * <p><b>Cancellation.</b> {@link #cancel(String)} makes the await that the task is suspended in, or
 * its next await, throw {@link CancellationException}. A task may catch the exception to clean up,
 * and should rethrow it. To continue instead, it calls {@link #uncancel()}. A task that does
 * neither has swallowed the cancellation: it continues, but {@link #cancelling()} still counts the
 * request, which {@link Timeout} and {@link TaskGroup} take into account.
 *
 * <p><b>Errors.</b> What the code throws becomes the task's exception, including an {@link Error}
 * such as a stack overflow, and the loop continues. Only an error of the virtual machine (see
 * {@link ExceptionContext#mustPropagate}) also ends the loop.
 *
 * <p><b>Blocking.</b> Code that the JDK parks outside of an await holds its loop, for at most
 * {@link EventLoop#setBlockingGrace}. Run code that blocks on purpose in {@link
 * Asyncio#blocking(Code)}.
 *
 * <p><b>Threads.</b> Belongs to its loop, as {@link Future} does. Its code runs in its own virtual
 * thread, which inherits the inheritable thread locals of the thread that created the task. A task
 * that awaits below a native frame, such as a class initialiser, keeps its carrier thread: in
 * carrier mode this stops the loop, which debug mode reports; in hand-off mode as many such tasks
 * as processors prevent all others from running.
 *
 * @param <T> the type of the result
 */
public abstract class Task<T extends @Nullable Object> extends Future<T> {

    /** Creates a task of {@code loop}. For authors of event loops. */
    protected Task(EventLoop loop) {
        super(loop);
    }

    /** Returns the task whose code runs in the current thread, or null outside of a task. */
    public static @Nullable Task<?> current() {
        return CurrentTask.get();
    }

    /** Returns the name; {@code Task-N} unless another was set. */
    public abstract String getName();

    /** Sets the name. */
    public abstract void setName(String name);

    /**
     * Requests the task to end: its await throws {@link CancellationException}. What it awaits is
     * cancelled first. A task that has not started never runs; one that ends without another await
     * ends cancelled. Two requests before the exception is thrown count as two, but it is thrown
     * once, with the latest message.
     *
     * @return false if the task was already done
     */
    @Override
    public abstract boolean cancel(@Nullable String message);

    /**
     * Takes back one request to cancel, and returns how many are left. When none is left, a
     * cancellation that has not been thrown yet is dropped.
     */
    public abstract int uncancel();

    /** Returns how many requests to cancel were made and not taken back. */
    public abstract int cancelling();

    /**
     * Reports that a deadline of this task has passed: cancels what the task awaits, as {@link
     * #cancel(String)} does. If that already has a result, the task gets the result, and its next
     * await that has to wait is cancelled instead. Until an await is cancelled for the deadline,
     * the deadline is due and does not count as a request to cancel.
     *
     * @return a ticket for {@link #isDeadlineDue} and {@link #takeBackDeadline}
     */
    protected abstract int deadlinePassed();

    /** Returns whether no await was cancelled since {@code ticket} was returned. */
    protected abstract boolean isDeadlineDue(int ticket);

    /** Takes back a deadline if it is still due. */
    protected abstract void takeBackDeadline(int ticket);

    /** Returns where the task is suspended, innermost frame first; empty once it is done. */
    public abstract StackTraceElement[] getStack();

    /**
     * Suspends this task, the current one, until {@code future} is done or the task is cancelled.
     *
     * @throws CancellationException if the task was cancelled
     */
    protected abstract void suspendUntilDone(Future<?> future);

    /** Suspends this task, the current one, for one iteration of the loop. */
    protected abstract void suspendOnce();

    /**
     * Gives up the turn of this task, the current one; its thread continues beside the loop,
     * without a {@code LoopContext}. If {@code interruptible}, a cancellation interrupts the thread
     * until {@link #endBlocking()}.
     *
     * @throws CancellationException if the task was cancelled; the task keeps its turn then
     */
    protected abstract void beginBlocking(boolean interruptible);

    /**
     * Waits until this task has a turn again, after {@link #beginBlocking}.
     *
     * @throws CancellationException if the task was cancelled; it has a turn in this case, too
     */
    protected abstract void endBlocking();

    /** Schedules the next step of this task, whose awaited future is done. */
    protected abstract void wakeUp();

    /**
     * Throws {@link UnsupportedOperationException}: the result of a task is what its code returns.
     */
    @Override
    public final void setResult(T result) {
        throw new UnsupportedOperationException("A task's result is set by its code: " + this);
    }

    /**
     * Throws {@link UnsupportedOperationException}: the exception of a task is what its code
     * throws.
     */
    @Override
    public final void setException(Throwable exception) {
        throw new UnsupportedOperationException("A task's exception is set by its code: " + this);
    }

    @Override
    final String describeOwner() {
        return "Task " + getName() + ":";
    }

    @Override
    public String toString() {
        return "<Task " + getName() + " " + describeState() + ">";
    }
}

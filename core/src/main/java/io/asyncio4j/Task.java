package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.util.concurrent.CancellationException;

/**
 * Plain, blocking-style code that runs on an event loop and gives way to others only where it
 * awaits.
 *
 * <p><b>Cancellation.</b> {@link #cancel(String)} makes the await that the task is suspended in, or
 * comes to next, throw {@link CancellationException}. A task may catch it to clean up, and should
 * throw it on. One that wants to stay calls {@link #uncancel()}. One that catches it and neither
 * throws it on nor calls {@code uncancel} has swallowed it: it continues, and {@link #cancelling()}
 * reports it to {@link Timeout} and {@link TaskGroup}.
 *
 * <p><b>Errors.</b> What the code throws is the task's exception, an {@link Error} and a stack
 * overflow included; the loop continues. Only an error of the virtual machine, as {@link
 * ExceptionContext#mustPropagate} has it, ends the loop as well.
 *
 * <p><b>Blocking.</b> Code that the JDK parks outside of an await holds its loop, for no longer
 * than {@link EventLoop#setBlockingGrace} says; code that blocks on purpose belongs in {@link
 * Asyncio#blocking(Blocking.Code)}.
 *
 * <p><b>Threads.</b> Belongs to its loop, as {@link Future} does. Its code runs in a virtual thread
 * of its own, which inherits the inheritable thread locals of the thread that made the task. It
 * cannot give way below a native frame, such as that of a class initialiser: in carrier mode the
 * loop would stand still, which debug mode reports, and in hand-off mode as many such tasks as
 * there are processors keep all others from running.
 *
 * @param <T> the type of the result
 */
public abstract class Task<T extends @Nullable Object> extends Future<T> {

    /** Creates a task of {@code loop}; for authors of event loops. */
    protected Task(EventLoop loop) {
        super(loop);
    }

    /** Returns the task whose code is running, or null outside of one. */
    public static @Nullable Task<?> current() {
        return CurrentTask.get();
    }

    /** Returns the name, {@code Task-N} unless one was given. */
    public abstract String getName();

    /** Sets the name. */
    public abstract void setName(String name);

    /**
     * Asks the task to end: its await throws {@link CancellationException}. What it awaits is
     * cancelled first. A task that has not begun never does; one that comes to its end without
     * another await ends cancelled. Requested twice before it is thrown, it is thrown once, with
     * the latest message, and counts two.
     *
     * @return false if it was done already
     */
    @Override
    public abstract boolean cancel(@Nullable String message);

    /**
     * Takes one request to cancel back, and returns how many are left. With none left, a request
     * that has not been delivered yet is forgotten.
     */
    public abstract int uncancel();

    /** Returns how many times cancellation was asked for and not taken back. */
    public abstract int cancelling();

    /**
     * Reports that a deadline of this task has passed: cancels what it awaits, as {@link
     * #cancel(String)} does. If that has a result already, the task gets the result, and its next
     * await that has to wait is cancelled instead. Until an await is cancelled for it, the deadline
     * is due, and does not count as a request to cancel.
     *
     * @return a ticket for {@link #isDeadlineDue} and {@link #takeBackDeadline}
     */
    protected abstract int deadlinePassed();

    /** Returns whether no await was cancelled since {@code ticket} was given. */
    protected abstract boolean isDeadlineDue(int ticket);

    /** Takes a deadline back if it is still due. */
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
     * Gives up the turn of this task, the current one, whose thread continues beside the loop, with
     * no {@code LoopContext}. A cancellation that comes meanwhile interrupts that thread if {@code
     * interruptible}.
     *
     * @throws CancellationException if the task was cancelled; then it still has its turn
     */
    protected abstract void beginBlocking(boolean interruptible);

    /**
     * Waits until this task, which has begun to block, has a turn again.
     *
     * @throws CancellationException if the task was cancelled; it has its turn all the same
     */
    protected abstract void endBlocking();

    /** Schedules the next step of this task, whose awaited future is done. */
    protected abstract void wakeUp();

    /** Refused: the result of a task is what its code returns. */
    @Override
    public final void setResult(T result) {
        throw new UnsupportedOperationException("A task's result is set by its code: " + this);
    }

    /** Refused: the exception of a task is what its code throws. */
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

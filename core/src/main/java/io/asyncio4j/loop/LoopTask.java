package io.asyncio4j.loop;

import io.asyncio4j.ExceptionContext;
import io.asyncio4j.Future;
import io.asyncio4j.Task;
import io.asyncio4j.TaskContextHook;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.LoopContext;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;

/**
 * A task as a virtual thread that is given turns by the loop.
 *
 * <pre>
 *   scheduled --turn comes--> running --await--> suspended --future done--> scheduled
 *                                |
 *                                +--code returns or throws--> done
 * </pre>
 *
 * <p>As a {@link Runnable} it is one turn, and is queued in the loop's ready queue like any
 * callback. {@link CarrierTask} and {@link HandoffTask} differ in how the turn is passed to the
 * thread and back. Unless noted otherwise, everything happens in turns of the loop, which need no
 * lock.
 */
abstract class LoopTask<T extends @Nullable Object> extends Task<T> implements Runnable {

    final BaseEventLoop loop;
    private final Callable<T> body;
    private @Nullable String name;
    private final long number;
    private final TaskContextHook.@Nullable Carried carried;

    // Neighbours in the loop's list of tasks that are not done.
    @Nullable LoopTask<?> nextAlive;
    @Nullable LoopTask<?> previousAlive;

    private @Nullable Future<?> waitingFor;
    private boolean cancelPending;
    private boolean passingCancelOn;
    private int cancelRequests;
    private @Nullable String cancelMessage;
    private @Nullable Interruption interruption;
    // Written by the task's thread while it is outside of the loop.
    private volatile boolean inBlockingCode;

    // The deadlines that have passed before an await was cancelled for them; and how many awaits
    // were cancelled, for whatever reason.
    private int deadlinesDue;
    private int deliveries;

    LoopTask(
            BaseEventLoop loop,
            Callable<T> body,
            @Nullable String name,
            long number,
            TaskContextHook.@Nullable Carried carried) {
        super(loop);
        this.loop = loop;
        this.body = Objects.requireNonNull(body, "body");
        this.name = name;
        this.number = number;
        this.carried = carried;
    }

    /** Returns the thread that the task's code runs in. */
    abstract Thread thread();

    /** Passes the turn to the task's thread; returns when the turn is over. */
    abstract void passTurn();

    /**
     * Passes the first turn immediately, while the current thread, which has a turn, waits. Returns
     * false if the current thread cannot wait here.
     */
    abstract boolean startNow(LoopContext context);

    /** Gives the turn back and waits for the next one. Called by the task's thread. */
    abstract void giveTurnBack();

    /** Gives the turn back, and continues outside of the loop. Called by the task's thread. */
    abstract void leaveLoop();

    /** Waits for a turn, from outside of the loop. Called by the task's thread. */
    abstract void returnToLoop();

    @Override
    public final void run() {
        passTurn();
    }

    /** Called at the start of the first turn. */
    void begin() {}

    /** Returns whether the task is suspended until a future is done. */
    final boolean isAwaiting() {
        return waitingFor != null;
    }

    /** What the task's thread runs. */
    final void runBody() {
        T result = null;
        Throwable failure = null;
        begin();
        resumeCarried();
        try {
            throwIfToEnd();
            result = body.call();
        } catch (Throwable e) {
            failure = e;
        }
        suspendCarried();
        end(result, failure);
    }

    @SuppressWarnings("NullAway") // without a failure, the result is what the body returned
    private void end(@Nullable T result, @Nullable Throwable failure) {
        loop.tasks().remove(this);
        if (failure == null) {
            if (cancelPending) {
                cancelPending = false;
                finishCancelled(cancelMessage);
            } else {
                finish(result);
            }
        } else if (failure instanceof CancellationException) {
            finishCancelled(failure.getMessage());
        } else {
            fail(failure);
            if (ExceptionContext.mustPropagate(failure)) {
                loop.turns().propagate(failure);
            }
        }
    }

    /** Ends a task whose thread could not be started, in a turn of the loop. */
    final void failToStart() {
        end(
                null,
                new IllegalStateException(
                        "No thread could be started for "
                                + this
                                + "; raise ulimit -u or pids.max of the cgroup"));
    }

    @Override
    protected final void suspendUntilDone(Future<?> future) {
        requireTurn();
        if (future == this) {
            throw new IllegalStateException("Task cannot await itself: " + this);
        }
        if (future.loop() != loop) {
            throw new IllegalStateException(
                    this + " cannot await " + future + ", which belongs to another loop");
        }
        waitingFor = future;
        addWaiter(future, this);
        if (cancelPending) {
            if (future.cancel(cancelMessage)) {
                cancelPending = false;
                delivered();
            }
        } else if (deadlinesDue > 0) {
            cancelAwaited(future, null, true);
        }
        suspend();
        waitingFor = null;
        throwIfCancelPending();
    }

    private void suspend() {
        suspendCarried();
        giveTurnBack();
        resumeCarried();
    }

    final void resumeCarried() {
        if (carried != null) {
            try {
                carried.resume();
            } catch (Throwable e) {
                reportCarried(e);
            }
        }
    }

    final void suspendCarried() {
        if (carried != null) {
            try {
                carried.suspend();
            } catch (Throwable e) {
                reportCarried(e);
            }
        }
    }

    private void reportCarried(Throwable e) {
        if (ExceptionContext.mustPropagate(e)) {
            loop.turns().propagate(e);
            return;
        }
        loop.callExceptionHandler(
                new ExceptionContext("Exception in the context of a task", e).with("task", this));
    }

    @Override
    protected final void suspendOnce() {
        requireTurn();
        loop.turns().enqueue(this);
        suspend();
        throwIfToEnd();
    }

    @Override
    protected final void beginBlocking(boolean interruptible) {
        requireTurn();
        throwIfCancelPending();
        StackReserve.require(); // a later stack overflow would leave the task half inside
        interruption = interruptible ? new Interruption(thread()) : null;
        inBlockingCode = true;
        leaveLoop();
    }

    @Override
    protected final void endBlocking() {
        inBlockingCode = false; // from now on a deadline must lose no result
        Interruption ours = interruption;
        if (ours != null) {
            ours.end();
        }
        returnToLoop();
        interruption = null;
        throwIfCancelPending();
    }

    @Override
    protected final void wakeUp() {
        if (loop.isClosed()) {
            return;
        }
        if (loop.getDebug()) {
            loop.requireTurn("completing a future");
        }
        loop.turns().enqueue(this);
    }

    @Override
    public final boolean cancel(@Nullable String message) {
        if (isDone()) {
            return false;
        }
        if (passingCancelOn) {
            loop.tasks().setCancelMetItself(true);
            return false;
        }
        cancelRequests++;
        Future<?> awaited = waitingFor;
        if (awaited == null || !cancelAwaited(awaited, message, false)) {
            cancelPending = true;
            cancelMessage = message;
            if (interruption != null) {
                interruption.interrupt();
            }
        }
        return true;
    }

    /** Returns whether the task gets, or is about to get, the cancellation from its await. */
    private boolean cancelAwaited(Future<?> awaited, @Nullable String message, boolean atDeadline) {
        boolean metBefore = loop.tasks().setCancelMetItself(false);
        passingCancelOn = true;
        boolean passedOn;
        try {
            passedOn = atDeadline ? cancelAtDeadline(awaited) : awaited.cancel(message);
        } finally {
            passingCancelOn = false;
        }
        boolean met = loop.tasks().setCancelMetItself(metBefore);
        if (met && !awaited.isDone()) {
            // Tasks that wait for each other in a cycle: it is broken here.
            waitingFor = null;
            removeWaiter(awaited, this);
            cancelPending = true;
            cancelMessage = message;
            wakeUp();
            return true;
        }
        if (passedOn) {
            delivered();
        }
        return passedOn;
    }

    /** Records that an await is cancelled, which counts for all deadlines that are due. */
    private void delivered() {
        cancelRequests += deadlinesDue;
        deadlinesDue = 0;
        deliveries++;
    }

    @Override
    protected final int deadlinePassed() {
        int ticket = deliveries;
        deadlinesDue++;
        Future<?> awaited = waitingFor;
        if (awaited == null) {
            if (inBlockingCode) {
                // The blocking code has not ended; the cancellation is thrown when it does.
                cancelPending = true;
                cancelMessage = null;
                delivered();
                if (interruption != null) {
                    interruption.interrupt();
                }
            }
            return ticket;
        }
        if (!awaited.isDone()) {
            cancelAwaited(awaited, null, true);
        } else if (awaited.isCancelled() && !cancelPending) {
            cancelPending = true; // no result is lost, and the deadline is kept
            cancelMessage = null;
        }
        return ticket;
    }

    /** Called for the deadline of a task that awaits this one. */
    @Override
    protected final boolean cancelAtDeadline() {
        if (isDone()) {
            return false;
        }
        if (passingCancelOn) {
            loop.tasks().setCancelMetItself(true);
            return false;
        }
        var _ = deadlinePassed();
        return true;
    }

    @Override
    protected final boolean isDeadlineDue(int ticket) {
        return ticket == deliveries;
    }

    @Override
    protected final void takeBackDeadline(int ticket) {
        if (ticket == deliveries && deadlinesDue > 0) {
            deadlinesDue--;
        }
    }

    @Override
    public final int uncancel() {
        if (cancelRequests > 0) {
            cancelRequests--;
            if (cancelRequests == 0) {
                cancelPending = false;
            }
        }
        return cancelRequests;
    }

    @Override
    public final int cancelling() {
        return cancelRequests;
    }

    @Override
    public final String getName() {
        String given = name;
        return given == null ? "Task-" + number : given;
    }

    @Override
    public final void setName(String newName) {
        name = Objects.requireNonNull(newName, "newName");
    }

    @Override
    public final StackTraceElement[] getStack() {
        return isDone() ? new StackTraceElement[0] : TaskStacks.ofCode(thread().getStackTrace());
    }

    /** Called before the turn is given back, while nothing has been changed yet. */
    void reserveStack() {}

    private void requireTurn() {
        reserveStack();
        LoopContext context = LoopContext.current();
        if (context == null || context.task() != this) {
            throw new IllegalStateException("Not the current task: " + this);
        }
    }

    private void throwIfCancelPending() {
        if (cancelPending) {
            cancelPending = false;
            delivered();
            throw new CancellationException(cancelMessage);
        }
    }

    /** As {@link #throwIfCancelPending}, where no result exists that a deadline could lose. */
    private void throwIfToEnd() {
        if (deadlinesDue > 0 && !cancelPending) {
            cancelPending = true;
            cancelMessage = null;
        }
        throwIfCancelPending();
    }
}

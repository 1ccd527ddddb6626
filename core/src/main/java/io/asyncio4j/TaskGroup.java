package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;

/**
 * A group of tasks that all end before the block of code that created them: no task is left
 * running, and no failure goes unreported.
 *
 * <pre>{@code
 * try (var group = TaskGroup.open()) {
 *     var left = group.createTask(() -> fetch(a));
 *     var right = group.createTask(() -> fetch(b));
 *     group.join();
 *     return merge(left.result(), right.result());
 * }
 * }</pre>
 *
 * <p>When the first task fails, the others are cancelled. Once all have ended, {@link #join()}
 * throws their exceptions. There are two forms, which differ in how a failure reaches the body:
 *
 * <ul>
 *   <li>{@link #open()} with try-with-resources resembles the JDK's {@code StructuredTaskScope}:
 *       only {@code join} throws a failure to the body. {@link #close()} cannot know how the body
 *       ended, so it cancels the tasks that still run and waits for them: <b>call {@code join} to
 *       get results</b>.
 *   <li>{@link #call} and {@link #run} are asyncio's {@code async with}. A failure also cancels
 *       what the body is waiting for; when the body ends, the method waits for the tasks and throws
 *       a {@link TaskGroupException} instead of that cancellation. Use them for a body that waits
 *       for other things.
 * </ul>
 *
 * <p><b>Cancellation.</b> The owner is the task that opened the group. When it is cancelled, the
 * group's tasks are cancelled and waited for; then {@link CancellationException} is rethrown. If a
 * task fails during that, {@code TaskGroupException} is thrown instead, and the owner's next await
 * throws the cancellation. The same happens when the body of {@code call} or {@code run} throws
 * another exception instead of the cancellation. Tasks that end cancelled do not count as failures.
 *
 * <p><b>Body and tasks both fail.</b> The body's exception is thrown, with the exceptions of the
 * tasks as suppressed ones. An error of the virtual machine is thrown unchanged and ends the loop.
 *
 * <p>Belongs to its owner and loop. Tasks of the group may also add tasks to it.
 */
public final class TaskGroup implements AutoCloseable {

    /** Code that uses a group and returns a result. */
    @FunctionalInterface
    public interface Body<T extends @Nullable Object, X extends Exception> {
        /** Runs the code. */
        T call(TaskGroup group) throws X;
    }

    /** Code that uses a group. */
    @FunctionalInterface
    public interface VoidBody<X extends Exception> {
        /** Runs the code. */
        void run(TaskGroup group) throws X;
    }

    private final Task<?> owner;
    private final EventLoop loop;
    private final Set<Task<?>> unfinished = new LinkedHashSet<>();
    private final List<Throwable> failures = new ArrayList<>();
    private @Nullable Error fatal;
    private @Nullable Emptied emptied;
    // Whether a failure cancels what the owner waits for, and whether one did.
    private boolean cancelsOwner;
    private boolean ownerCancelled;
    private boolean aborting;
    private boolean thrown;
    private boolean closed;

    private TaskGroup(Task<?> owner, boolean cancelsOwner) {
        this.owner = owner;
        this.loop = owner.loop();
        this.cancelsOwner = cancelsOwner;
    }

    /**
     * Opens a group owned by the current task, which must close it.
     *
     * @throws IllegalStateException outside of a task
     */
    public static TaskGroup open() {
        return new TaskGroup(CurrentTask.require("TaskGroup.open"), false);
    }

    /**
     * Runs {@code body} with a group, waits for the group's tasks, and returns the body's result.
     *
     * @throws X what the body throws
     * @throws TaskGroupException if tasks failed and the body did not throw
     * @throws CancellationException if the current task was cancelled and no task failed
     * @throws IllegalStateException outside of a task
     */
    public static <T extends @Nullable Object, X extends Exception> T call(Body<T, X> body)
            throws X {
        Objects.requireNonNull(body, "body");
        var group = new TaskGroup(CurrentTask.require("TaskGroup.call"), true);
        T result;
        try {
            result = body.call(group);
        } catch (CancellationException e) {
            group.abort();
            group.waitForTasks();
            group.closed = true;
            group.conclude(e);
            throw e;
        } catch (Throwable e) {
            group.cancelsOwner = false;
            try {
                group.close(true);
            } catch (TaskGroupException | Error failed) {
                if (failed != e) {
                    e.addSuppressed(failed);
                }
            }
            throw e;
        }
        try {
            group.join();
        } finally {
            group.closed = true;
        }
        return result;
    }

    /** As {@link #call}, for code that returns nothing. */
    public static <X extends Exception> void run(VoidBody<X> body) throws X {
        Objects.requireNonNull(body, "body");
        TaskGroup.<@Nullable Void, X>call(group -> {
            body.run(group);
            return null;
        });
    }

    /**
     * Runs {@code body} as a task of the group.
     *
     * @throws IllegalStateException if the group is closed or is cancelling its tasks
     */
    public <T extends @Nullable Object> Task<T> createTask(Callable<T> body) {
        return createTask(body, null);
    }

    /** As {@link #createTask(Callable)}, with a name; null chooses {@code Task-N}. */
    public <T extends @Nullable Object> Task<T> createTask(
            Callable<T> body, @Nullable String name) {
        if (closed) {
            throw new IllegalStateException("The task group is closed: " + this + "; open another");
        }
        if (aborting) {
            throw new IllegalStateException(
                    "The task group is cancelling its tasks: " + this,
                    failures.isEmpty() ? null : failures.getFirst());
        }
        Task<T> task = loop.createTask(body, name);
        unfinished.add(task);
        if (task.isDone()) {
            childDone(task); // started eagerly
        } else {
            task.addDoneCallback(this::childDone);
        }
        return task;
    }

    /** As {@link #createTask(Callable)}, for code that returns nothing. */
    public Task<@Nullable Void> createTask(Action body) {
        return createTask(body, null);
    }

    /** As {@link #createTask(Action)}, with a name; null chooses {@code Task-N}. */
    public Task<@Nullable Void> createTask(Action body, @Nullable String name) {
        return createTask(body.returningNull(), name);
    }

    /**
     * Waits until all tasks of the group have ended. More tasks may be created and joined after
     * that.
     *
     * @throws TaskGroupException if tasks failed
     * @throws CancellationException if the owner was cancelled; the tasks have been cancelled and
     *     have ended then
     * @throws IllegalStateException if called by another task than the owner, or after {@link
     *     #close()}
     */
    public void join() {
        requireOwner("join");
        if (closed) {
            throw new IllegalStateException("The task group is closed: " + this + "; open another");
        }
        boolean before = cancelsOwner;
        CancellationException cancellation = waitForTasks();
        cancelsOwner = before;
        conclude(cancellation);
    }

    /**
     * Cancels the tasks that have not ended, and waits for them. Idempotent.
     *
     * @throws TaskGroupException if tasks failed and {@link #join()} did not throw it
     * @throws IllegalStateException if called by another task than the owner
     */
    @Override
    public void close() {
        close(false);
    }

    private void close(boolean bodyFailed) {
        if (closed) {
            return;
        }
        requireOwner("close");
        abort();
        CancellationException cancellation = waitForTasks();
        closed = true;
        takeOwnersCancellationBack();
        boolean unreported = !failures.isEmpty() && !thrown;
        if (bodyFailed || unreported || cancellation != null) {
            // Thrown here, it would be lost behind what the body throws. And a body that threw
            // another exception instead has not ended the owner.
            renewCancellation(cancellation);
        }
        if (unreported) {
            throw failure();
        }
    }

    private void requireOwner(String method) {
        if (Task.current() != owner) {
            throw new IllegalStateException(
                    method + " must be called by the task that opened the group: " + this);
        }
    }

    private void abort() {
        aborting = true;
        for (Task<?> task : List.copyOf(unfinished)) {
            task.cancel();
        }
    }

    private void childDone(Future<?> task) {
        unfinished.remove(task);
        if (emptied != null) {
            emptied.childDone(task);
        }
        Throwable exception = task.isCancelled() ? null : task.exception();
        if (exception == null) {
            return;
        }
        failures.add(exception);
        if (fatal == null && ExceptionContext.mustPropagate(exception)) {
            fatal = (Error) exception;
        }
        if (owner.isDone()) {
            loop.callExceptionHandler(
                    new ExceptionContext(
                                    "A task failed whose group was not closed: the task that"
                                            + " opened it has ended",
                                    exception)
                            .with("task", task));
        }
        if (!aborting) {
            abort();
            if (cancelsOwner) {
                ownerCancelled = true;
                owner.cancel();
            }
        }
    }

    /**
     * Waits for all tasks, even when cancelled; cancels them then, and returns the first
     * cancellation.
     */
    private @Nullable CancellationException waitForTasks() {
        cancelsOwner = false;
        CancellationException first = null;
        while (!unfinished.isEmpty()) {
            var waiter = new Emptied();
            emptied = waiter;
            try {
                waiter.await();
            } catch (CancellationException e) {
                if (first == null) {
                    first = e;
                }
                if (!aborting) {
                    abort();
                }
            } finally {
                emptied = null;
            }
        }
        return first;
    }

    /**
     * Done when all tasks have ended. A deadline of the owner cancels the tasks that lose no result
     * by it; if all others end with a result, so does the wait.
     */
    private final class Emptied extends Future<@Nullable Void> {
        private boolean deadlinePassed;
        private boolean cutShort;

        Emptied() {
            super(loop);
        }

        void childDone(Future<?> task) {
            cutShort |= deadlinePassed && task.isCancelled();
            if (!unfinished.isEmpty() || isDone()) {
                return;
            }
            if (cutShort) {
                finishCancelled(null);
            } else {
                setResult(null);
            }
        }

        @Override
        protected boolean cancelAtDeadline() {
            boolean cancelled = false;
            for (Task<?> task : List.copyOf(unfinished)) {
                cancelled |= task.cancelAtDeadline();
            }
            deadlinePassed |= cancelled;
            aborting |= cancelled;
            return cancelled;
        }
    }

    /**
     * Throws the exceptions of the tasks, else the cancellation, which was not requested by the
     * group then.
     */
    private void conclude(@Nullable CancellationException cancellation) {
        takeOwnersCancellationBack();
        if (!failures.isEmpty()) {
            renewCancellation(cancellation);
            throw failure();
        }
        if (cancellation != null) {
            throw cancellation;
        }
    }

    private void takeOwnersCancellationBack() {
        if (ownerCancelled) {
            ownerCancelled = false;
            owner.uncancel();
        }
    }

    /** Makes the owner's next await throw a cancellation that another exception has replaced. */
    private void renewCancellation(@Nullable CancellationException cancellation) {
        if (owner.cancelling() > 0) {
            owner.uncancel();
            owner.cancel(cancellation == null ? null : cancellation.getMessage());
        }
    }

    private RuntimeException failure() {
        thrown = true;
        if (fatal != null) {
            throw fatal;
        }
        return new TaskGroupException(failures);
    }

    @Override
    public String toString() {
        return "<TaskGroup of "
                + owner.getName()
                + ", "
                + unfinished.size()
                + " running, "
                + failures.size()
                + " failed"
                + (closed ? ", closed" : aborting ? ", cancelling" : "")
                + ">";
    }
}

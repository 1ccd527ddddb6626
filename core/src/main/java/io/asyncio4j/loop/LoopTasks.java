package io.asyncio4j.loop;

import io.asyncio4j.ExceptionContext;
import io.asyncio4j.Task;
import io.asyncio4j.TaskContextHook;
import io.asyncio4j.TaskFactory;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.LoopContext;
import io.asyncio4j.spi.LoopScoped;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;

/**
 * Creates the tasks of a loop and lists those that are not done. Used in turns of the loop only.
 */
final class LoopTasks {

    private final BaseEventLoop loop;
    private final TaskList unfinished = new TaskList();
    private @Nullable TaskFactory factory;
    private @Nullable TaskContextHook hook;
    private boolean cancelMetItself;

    LoopTasks(BaseEventLoop loop) {
        this.loop = loop;
    }

    void setFactory(@Nullable TaskFactory newFactory) {
        factory = newFactory;
    }

    @Nullable
    TaskFactory factory() {
        return factory;
    }

    void setHook(@Nullable TaskContextHook newHook) {
        hook = newHook;
    }

    @Nullable
    TaskContextHook hook() {
        return hook;
    }

    <T extends @Nullable Object> LoopTask<T> schedule(Callable<T> code, @Nullable String name) {
        LoopTask<T> task = create(code, name);
        unfinished.add(task);
        loop.turns().enqueue(task);
        return task;
    }

    /** Creates a task and runs its first step, if the current thread is in a turn of the loop. */
    <T extends @Nullable Object> LoopTask<T> start(Callable<T> code, @Nullable String name) {
        LoopTask<T> task = create(code, name);
        unfinished.add(task);
        LoopContext context = LoopContext.current();
        if (context == null || context.loop() != loop) {
            loop.turns().enqueue(task);
            return task;
        }
        LoopTask<?> starter = context.task() instanceof LoopTask<?> running ? running : null;
        if (starter != null) {
            starter.suspendCarried();
        }
        if (!task.startNow(context)) {
            loop.turns().enqueue(task);
        }
        if (starter != null) {
            starter.resumeCarried();
        }
        return task;
    }

    private <T extends @Nullable Object> LoopTask<T> create(
            Callable<T> code, @Nullable String name) {
        Objects.requireNonNull(code, "body");
        Callable<T> body = LoopScoped.carry(code);
        TaskContextHook.Carried carried = hook == null ? null : capture(hook);
        long number = unfinished.nextNumber();
        return LoopContext.mode() == LoopContext.TaskMode.CARRIER
                ? new CarrierTask<>(loop, body, name, number, carried)
                : new HandoffTask<>(loop, body, name, number, carried);
    }

    private TaskContextHook.@Nullable Carried capture(TaskContextHook current) {
        try {
            return current.capture();
        } catch (Throwable e) {
            if (ExceptionContext.mustPropagate(e)) {
                throw e;
            }
            loop.callExceptionHandler(
                    new ExceptionContext("Exception in the task context hook", e));
            return null;
        }
    }

    /**
     * Sets whether a cancellation that tasks pass on to what they await has reached one of them
     * again, and returns the former value.
     */
    boolean setCancelMetItself(boolean met) {
        boolean before = cancelMetItself;
        cancelMetItself = met;
        return before;
    }

    void add(LoopTask<?> task) {
        unfinished.add(task);
    }

    boolean isAnyBlocked() {
        return unfinished.isAnyBlocked();
    }

    void remove(LoopTask<?> task) {
        unfinished.remove(task);
    }

    Set<Task<?>> snapshot() {
        return unfinished.snapshot();
    }

    /** Reports the tasks that will never continue. */
    void close() {
        for (Task<?> task : snapshot()) {
            loop.callExceptionHandler(
                    new ExceptionContext("The loop was closed while a task was pending", null)
                            .with("task", task));
        }
    }
}

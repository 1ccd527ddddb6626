package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.LoopContext;

/** The task whose code is running in the current thread. */
final class CurrentTask {

    private CurrentTask() {}

    /** Returns it, or null outside of one. */
    static @Nullable Task<?> get() {
        LoopContext context = LoopContext.current();
        return context == null ? null : context.task();
    }

    /** Returns the current task, or throws because {@code operation} has to wait in one. */
    static Task<?> require(String operation) {
        LoopContext context = LoopContext.current();
        Task<?> task = context == null ? null : context.task();
        if (task == null) {
            if (context == null && Blocking.isInside()) {
                throw new IllegalStateException(
                        operation
                                + " must not be called from the code of blocking(...); call it"
                                + " before or after");
            }
            throw new IllegalStateException(
                    operation
                            + " must be called from a task"
                            + (context == null
                                    ? "; run it with Asyncio.run"
                                    : ", not from a callback, where it would block the loop; make a"
                                            + " task with createTask"));
        }
        return task;
    }
}

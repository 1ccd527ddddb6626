package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;

/**
 * Carries a context that a library keeps in thread locals, for tracing or logging, from the creator
 * of a task to the task; see {@link EventLoop#setTaskContextHook}.
 *
 * <p>Called on the loop. What a hook or a carried context throws goes to the loop's exception
 * handler, and the task continues without it.
 */
@FunctionalInterface
public interface TaskContextHook {

    /** What a task carries. */
    interface Carried {

        /** Installs the context in the task's thread, before each step of the task. */
        void resume();

        /** Removes the context, in the same thread, after the step. */
        void suspend();
    }

    /**
     * Captures the context of the current thread, which is creating a task; null if there is none.
     */
    @Nullable
    Carried capture();
}

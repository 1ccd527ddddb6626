package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;

/**
 * Lets a library that keeps a context in thread locals, for tracing or logging say, carry it from
 * the creator of a task to the task; see {@link EventLoop#setTaskContextHook}.
 *
 * <p>Called on the loop. What a hook or a carried context throws goes to the loop's exception
 * handler, and the task continues without it.
 */
@FunctionalInterface
public interface TaskContextHook {

    /** What a task carries. */
    interface Carried {

        /** Puts the context in place, in the task's thread, before each of its steps. */
        void resume();

        /** Takes it away, in the same thread, when the step is over. */
        void suspend();
    }

    /** Takes the context of the current thread, which creates a task; null if there is none. */
    @Nullable
    Carried capture();
}

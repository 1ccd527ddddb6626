package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/** Runs code that blocks while the loop continues: {@link Asyncio#blocking(Code)}. */
final class Blocking {

    private static final ThreadLocal<Boolean> INSIDE = new ThreadLocal<>();

    private Blocking() {}

    /** Returns whether the current thread is inside code that may block. */
    static boolean isInside() {
        return INSIDE.get() != null;
    }

    static <T extends @Nullable Object, X extends Exception> T call(
            Code<T, X> code, boolean interruptibly) throws X {
        Objects.requireNonNull(code, "code");
        if (isInside()) {
            return code.call();
        }
        Task<?> task = CurrentTask.require("blocking");
        task.beginBlocking(interruptibly);
        T result;
        try {
            INSIDE.set(true);
            result = code.call();
        } catch (Throwable e) {
            end(task, e);
            throw e;
        }
        end(task, null);
        return result;
    }

    /**
     * Throws a pending cancellation instead of what the code threw, except for an error that must
     * end the loop.
     */
    private static void end(Task<?> task, @Nullable Throwable thrown) {
        INSIDE.remove();
        try {
            task.endBlocking();
        } catch (CancellationException e) {
            if (thrown == null) {
                throw e;
            }
            if (!ExceptionContext.mustPropagate(thrown)) {
                e.addSuppressed(thrown);
                throw e;
            }
        }
    }
}

package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/** The kinds of code that {@link Asyncio#blocking(Code)} runs. */
public final class Blocking {

    /**
     * Code that may block and returns a result.
     *
     * @param <T> the type of the result
     * @param <X> what it throws
     */
    @FunctionalInterface
    public interface Code<T extends @Nullable Object, X extends Exception> {
        /** Runs the code. */
        T call() throws X;
    }

    /**
     * Code that may block.
     *
     * @param <X> what it throws
     */
    @FunctionalInterface
    public interface VoidCode<X extends Exception> {
        /** Runs the code. */
        void run() throws X;
    }

    private static final ThreadLocal<Boolean> INSIDE = new ThreadLocal<>();

    private Blocking() {}

    /** Returns whether the current thread is in such code. */
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

    static <X extends Exception> void run(VoidCode<X> code, boolean interruptibly) throws X {
        Objects.requireNonNull(code, "code");
        Blocking.<@Nullable Void, X>call(
                () -> {
                    code.run();
                    return null;
                },
                interruptibly);
    }

    /** A cancellation replaces what the code threw, but for an error that must end the loop. */
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

package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.util.Objects;

/**
 * A callback that an event loop was asked to run, and the means to call it off.
 *
 * <p>Belongs to its loop: cancel it from a callback or task of that loop. A cancelled handle never
 * runs its callback.
 */
public class Handle implements Runnable {

    private final EventLoop loop;
    private @Nullable Runnable callback;
    private final @Nullable Throwable source;

    /**
     * Creates a handle; for authors of event loops, who call {@link #run()} when its turn comes.
     *
     * @param loop the loop whose exception handler gets what the callback throws
     */
    public Handle(Runnable callback, EventLoop loop) {
        this.callback = Objects.requireNonNull(callback, "callback");
        this.loop = loop;
        this.source = loop.getDebug() ? new Throwable("created at") : null;
    }

    /** Cancels the callback. Idempotent; a no-op after it has run. */
    public void cancel() {
        callback = null;
    }

    /** Returns whether {@link #cancel()} was called. */
    public boolean isCancelled() {
        return callback == null;
    }

    /** Returns the loop that this handle belongs to. */
    public EventLoop loop() {
        return loop;
    }

    /** Returns where this handle was made, known in debug mode only. */
    public @Nullable Throwable source() {
        return source;
    }

    /**
     * Runs the callback unless cancelled. What it throws goes to the loop's exception handler, but
     * for an error of the virtual machine, which is thrown on.
     */
    @Override
    public final void run() {
        Runnable action = callback;
        if (action == null) {
            return;
        }
        try {
            action.run();
        } catch (Throwable e) {
            if (ExceptionContext.mustPropagate(e)) {
                throw e;
            }
            ExceptionContext context =
                    new ExceptionContext("Exception in callback " + describe(action), e)
                            .with("handle", this);
            loop.callExceptionHandler(source == null ? context : context.with("source", source));
        }
    }

    @Override
    public String toString() {
        Runnable action = callback;
        return "<"
                + getClass().getSimpleName()
                + " "
                + (action == null ? "cancelled" : describe(action))
                + ">";
    }

    private static String describe(Runnable action) {
        return action.toString();
    }
}

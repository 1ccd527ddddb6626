package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.util.Objects;

/**
 * A callback scheduled on an event loop, which can be cancelled.
 *
 * <p>Belongs to its loop: cancel it from a callback or task of that loop. A cancelled callback
 * never runs.
 */
public class Handle implements Runnable {

    private final EventLoop loop;
    private @Nullable Runnable callback;
    private final @Nullable Throwable source;

    /**
     * Creates a handle. For authors of event loops, who call {@link #run()} when its turn comes.
     *
     * @param loop the loop whose exception handler receives what the callback throws
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

    /** Returns where this handle was created, or null outside of debug mode. */
    public @Nullable Throwable source() {
        return source;
    }

    /**
     * Runs the callback unless cancelled. What it throws goes to the loop's exception handler,
     * except for an error of the virtual machine, which is rethrown.
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

package io.asyncio4j.loop;

import io.asyncio4j.ExceptionContext;
import io.asyncio4j.annotation.Nullable;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.SequencedSet;

/** The callbacks to run when a loop is closed. Safe from any thread. */
final class CloseCallbacks {

    private final BaseEventLoop loop;
    // Guarded by this.
    private final SequencedSet<Identity> callbacks = new LinkedHashSet<>();
    private boolean over;

    /** A callback that equals only itself. */
    private static final class Identity {
        final Runnable callback;

        Identity(Runnable callback) {
            this.callback = callback;
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Identity that && that.callback == callback;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(callback);
        }
    }

    CloseCallbacks(BaseEventLoop loop) {
        this.loop = loop;
    }

    synchronized void add(Runnable callback) {
        Objects.requireNonNull(callback, "callback");
        if (over) {
            throw new IllegalStateException("Event loop is closed");
        }
        callbacks.add(new Identity(callback));
    }

    synchronized void remove(Runnable callback) {
        callbacks.remove(new Identity(callback));
    }

    /** Runs each callback once, in the order in which they were added. */
    void run() {
        List<Identity> all;
        synchronized (this) {
            over = true;
            all = new ArrayList<>(callbacks);
            callbacks.clear();
        }
        Error fatal = null;
        for (Identity each : all) {
            try {
                each.callback.run();
            } catch (Throwable e) {
                // Catches errors, too: the other callbacks hold descriptors and release waiting
                // threads.
                loop.callExceptionHandler(
                        new ExceptionContext("A close callback of " + loop + " failed", e));
                if (fatal == null && ExceptionContext.mustPropagate(e)) {
                    fatal = (Error) e;
                }
            }
        }
        if (fatal != null) {
            throw fatal;
        }
    }
}

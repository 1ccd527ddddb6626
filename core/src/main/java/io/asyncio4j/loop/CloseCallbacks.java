package io.asyncio4j.loop;

import io.asyncio4j.ExceptionContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** What is to be called when a loop is closed. Safe from any thread. */
final class CloseCallbacks {

    private final BaseEventLoop loop;
    // Guarded by this.
    private final Set<Runnable> callbacks = Collections.newSetFromMap(new IdentityHashMap<>());
    private boolean over;

    CloseCallbacks(BaseEventLoop loop) {
        this.loop = loop;
    }

    synchronized void add(Runnable callback) {
        Objects.requireNonNull(callback, "callback");
        if (over) {
            throw new IllegalStateException("Event loop is closed");
        }
        callbacks.add(callback);
    }

    synchronized void remove(Runnable callback) {
        callbacks.remove(callback);
    }

    /** Calls them, each once, in any order. */
    void run() {
        List<Runnable> all;
        synchronized (this) {
            over = true;
            all = new ArrayList<>(callbacks);
            callbacks.clear();
        }
        for (Runnable callback : all) {
            try {
                callback.run();
            } catch (RuntimeException e) {
                loop.callExceptionHandler(
                        new ExceptionContext("A close callback of " + loop + " failed", e));
            }
        }
    }
}

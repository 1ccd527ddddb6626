package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.LoopContext;

/** Finds the loop that a child is registered from, and follows its closing. */
final class Loops {
    private Loops() {}

    /** Whether the current thread runs {@code loop}. */
    static boolean isCurrent(EventLoop loop) {
        LoopContext context = LoopContext.current();
        return context != null && context.loop() == loop;
    }

    /** Calls {@code action} when {@code loop} is closed, unless it closes without notice. */
    static void whenClosed(EventLoop loop, Runnable action) {
        try {
            loop.addCloseCallback(action);
        } catch (IllegalStateException closed) {
            action.run();
        } catch (UnsupportedOperationException custom) {
            // This loop closes without notice.
        }
    }

    /** Undoes a {@link #whenClosed}. */
    static void forget(EventLoop loop, Runnable action) {
        try {
            loop.removeCloseCallback(action);
        } catch (UnsupportedOperationException custom) {
            // It was never registered.
        }
    }

    /** Throws if {@code loop} is running in another thread, for {@code call} of {@code watcher}. */
    static void requireHere(@Nullable EventLoop loop, ChildWatcher watcher, String call) {
        if (loop != null && loop.isRunning() && !isCurrent(loop)) {
            String name = watcher.getClass().getSimpleName();
            throw new IllegalStateException(
                    name
                            + "."
                            + call
                            + " was called from thread '"
                            + Thread.currentThread().getName()
                            + "' while another thread runs "
                            + loop
                            + "; call it there: loop.callSoonThreadsafe(() -> watcher."
                            + call
                            + ")");
        }
    }

    /**
     * Returns the loop that runs in the current thread.
     *
     * @throws IllegalStateException if there is none
     */
    static EventLoop running(ChildWatcher watcher) {
        LoopContext context = LoopContext.current();
        if (context == null) {
            throw new IllegalStateException(
                    "no running event loop: "
                            + watcher.getClass().getSimpleName()
                            + " needs the loop that the child is registered from; call"
                            + " addChildHandler from a callback or task");
        }
        return context.loop();
    }
}

package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;

/**
 * Detects the exits of child processes and reports them to an event loop.
 *
 * <p>Start and register a child inside a guard, so that an exit between the two is not lost:
 *
 * <pre>{@code
 * try (var guard = watcher.enter()) {
 *     long pid = spawn();
 *     watcher.addChildHandler(pid, handler);
 * }
 * }</pre>
 */
public interface ChildWatcher extends AutoCloseable {

    /** Covers the time between starting a child and registering it. */
    @FunctionalInterface
    interface Guard extends AutoCloseable {

        /** For watchers that need no guard: closing it is a no-op. */
        Guard NONE = () -> {};

        @Override
        void close();
    }

    /**
     * Registers {@code handler} to be called once when child {@code pid} exits. Replaces the
     * handler that was registered for the same pid before.
     *
     * @throws IllegalStateException if the watcher needs a loop or a guard and there is none
     */
    void addChildHandler(long pid, ChildHandler handler);

    /**
     * Removes the handler of child {@code pid}.
     *
     * @return whether there was one
     */
    boolean removeChildHandler(long pid);

    /** Attaches the watcher to {@code loop} in place of its present loop; null only detaches it. */
    void attachLoop(@Nullable EventLoop loop);

    /**
     * Returns whether children may be started: an inactive watcher would not observe their exit.
     */
    boolean isActive();

    /** Opens a guard; guards may nest, across threads too. */
    Guard enter();

    /**
     * Releases the watcher's resources. Watchers that hold a signal handler drop the handlers of
     * children that still run; the others continue to report their exits.
     */
    @Override
    void close();
}

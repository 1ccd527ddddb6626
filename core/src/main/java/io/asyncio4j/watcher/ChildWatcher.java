package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;

/**
 * Detects the exits of child processes and reports them to an event loop.
 *
 * <p>Spawn and register inside of a guard, so that an exit between the two is not lost:
 *
 * <pre>{@code
 * try (var guard = watcher.enter()) {
 *     long pid = spawn();
 *     watcher.addChildHandler(pid, handler);
 * }
 * }</pre>
 */
public interface ChildWatcher extends AutoCloseable {

    /** Stands for the time between starting a child and registering it. */
    @FunctionalInterface
    interface Guard extends AutoCloseable {

        /** For watchers that need no guard: closing it is a no-op. */
        Guard NONE = () -> {};

        @Override
        void close();
    }

    /**
     * Asks for {@code handler} to be called once when child {@code pid} exits. A handler that was
     * registered for the same pid before is replaced.
     *
     * @throws IllegalStateException if the watcher needs a loop, or a guard, that is not there
     */
    void addChildHandler(long pid, ChildHandler handler);

    /**
     * Removes the handler of child {@code pid}.
     *
     * @return whether there was one
     */
    boolean removeChildHandler(long pid);

    /** Moves the watcher to {@code loop}; null detaches it from the loop it was attached to. */
    void attachLoop(@Nullable EventLoop loop);

    /**
     * Returns whether children may be started: an inactive watcher would not observe their exit.
     */
    boolean isActive();

    /** Opens a guard; guards may nest, across threads too. */
    Guard enter();

    /**
     * Releases what the watcher holds. Watchers that hold a signal handler drop the handlers of
     * children that still run; those that hold nothing but the children themselves continue to
     * report their exits.
     */
    @Override
    void close();
}

package io.asyncio4j.policy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.warning.DeprecationWarning;
import io.asyncio4j.warning.Warnings;
import io.asyncio4j.watcher.ChildWatcher;

/**
 * Decides which event loop belongs to the current context, and how new event loops are created.
 *
 * <p>The context of the built-in policies is a thread. Extend {@code DefaultEventLoopPolicy} to
 * change one decision, or {@code AbstractEventLoopPolicy} to make them all. A policy must be
 * thread-safe.
 */
public interface EventLoopPolicy {

    /**
     * Returns the event loop of the current context; never null.
     *
     * @throws IllegalStateException if the context has no loop and the policy creates none
     */
    EventLoop getEventLoop();

    /** Sets the event loop of the current context; null removes it. */
    void setEventLoop(@Nullable EventLoop loop);

    /** Creates an event loop. Does not set it as the current one. */
    EventLoop newEventLoop();

    /**
     * Returns the watcher that reports the exits of child processes, created on first use. The
     * library calls this method to start a process. The default calls {@link #getChildWatcher}
     * without its deprecation warning.
     *
     * @throws UnsupportedOperationException on Windows
     */
    @SuppressWarnings("deprecation") // a policy may override only that method
    default ChildWatcher childWatcher() {
        return Warnings.ignoring(DeprecationWarning.class, this::getChildWatcher);
    }

    /**
     * Returns the watcher that reports the exits of child processes, created on first use.
     *
     * @throws UnsupportedOperationException on Windows, where processes are waited for in another
     *     way
     * @deprecated call {@link #childWatcher}; to choose the watcher, override {@code
     *     newChildWatcher} of the default policy. Remains for code ported from asyncio
     */
    @Deprecated
    ChildWatcher getChildWatcher();

    /**
     * Replaces the watcher and closes the former one. The new watcher is not attached to a loop.
     * With null, the next {@link #getChildWatcher} creates one.
     *
     * @throws UnsupportedOperationException on Windows
     * @deprecated override {@code newChildWatcher} of the default policy instead
     */
    @Deprecated
    void setChildWatcher(@Nullable ChildWatcher watcher);
}

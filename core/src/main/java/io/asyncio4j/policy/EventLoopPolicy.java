package io.asyncio4j.policy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.warning.DeprecationWarning;
import io.asyncio4j.warning.Warnings;
import io.asyncio4j.watcher.ChildWatcher;

/**
 * Decides which event loop belongs to the current context, and which kind a new one is.
 *
 * <p>The context of the built-in policies is a thread. Extend {@code DefaultEventLoopPolicy} to
 * change one decision, or {@code AbstractEventLoopPolicy} to make them all. A policy is used from
 * many threads at once and must be safe for that.
 */
public interface EventLoopPolicy {

    /**
     * Returns the event loop of the current context; never null.
     *
     * @throws IllegalStateException if the context has no loop and the policy makes none for it
     */
    EventLoop getEventLoop();

    /** Makes {@code loop} the event loop of the current context; null takes it away. */
    void setEventLoop(@Nullable EventLoop loop);

    /** Creates an event loop of this policy's kind, without setting it. */
    EventLoop newEventLoop();

    /**
     * Returns the watcher that reports the exits of child processes, made on first use: what a
     * start of a process asks. The default asks {@link #getChildWatcher}, without its deprecation
     * warning.
     *
     * @throws UnsupportedOperationException on Windows
     */
    @SuppressWarnings("deprecation") // policies may override that one only
    default ChildWatcher childWatcher() {
        return Warnings.ignoring(DeprecationWarning.class, this::getChildWatcher);
    }

    /**
     * Returns the watcher that tells of exits of child processes, made on first use.
     *
     * @throws UnsupportedOperationException on Windows, where processes are waited for otherwise
     * @deprecated a watcher is given to a policy when it is made; this remains for code that comes
     *     from asyncio. Without the warning it is {@link #childWatcher}
     */
    @Deprecated
    ChildWatcher getChildWatcher();

    /**
     * Replaces the watcher, closing the one before it. The new one is not attached to a loop; null
     * has the next get make one.
     *
     * @throws UnsupportedOperationException on Windows
     * @deprecated override {@code newChildWatcher} of the default policy instead
     */
    @Deprecated
    void setChildWatcher(@Nullable ChildWatcher watcher);
}

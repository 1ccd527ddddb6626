package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;

/**
 * Base class of custom child watchers: each method that is not overridden throws {@link
 * UnsupportedOperationException}, naming the method and the class.
 */
public abstract class AbstractChildWatcher implements ChildWatcher {

    /** For subclasses. */
    protected AbstractChildWatcher() {}

    @Override
    public void addChildHandler(long pid, ChildHandler handler) {
        throw unsupported("addChildHandler");
    }

    @Override
    public boolean removeChildHandler(long pid) {
        throw unsupported("removeChildHandler");
    }

    @Override
    public void attachLoop(@Nullable EventLoop loop) {
        throw unsupported("attachLoop");
    }

    @Override
    public boolean isActive() {
        throw unsupported("isActive");
    }

    @Override
    public Guard enter() {
        throw unsupported("enter");
    }

    @Override
    public void close() {
        throw unsupported("close");
    }

    /**
     * Moves the pending children to {@code successor}, which reports each exit once, on the same
     * loop as before. {@code EventLoopPolicy.setChildWatcher} calls this before it closes the
     * watcher that it replaces.
     *
     * <p>The watchers of this package hand over all pending children. An {@link
     * AdoptingChildWatcher} need not be active yet; another successor gets each child through
     * {@link #addChildHandler}, on the child's loop. Children that it refuses, and all of them if
     * it is null, are waited for by threads that belong to no watcher. After that, this watcher
     * refuses new children with a {@link WatcherReplacedException}, until {@link #reopen}.
     *
     * <p>A no-op unless overridden; a custom watcher can delegate to {@link
     * ChildRegistry#handOver}. Called from any thread.
     *
     * @param fallback the loop for children of a watcher that is attached to none
     */
    public void handOver(@Nullable ChildWatcher successor, @Nullable EventLoop fallback) {}

    /**
     * Accepts children again after {@link #handOver}. {@code EventLoopPolicy.setChildWatcher} calls
     * this for the watcher that it sets, and {@link #handOver} for the successor. Idempotent; a
     * no-op unless overridden. Called from any thread.
     */
    public void reopen() {}

    private UnsupportedOperationException unsupported(String method) {
        return new UnsupportedOperationException(
                method + " is not supported by " + getClass().getName());
    }
}

package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;

/**
 * Base class of custom child watchers: each method throws {@link UnsupportedOperationException}
 * naming itself and the class, until it is overridden.
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
     * Gives the children that this watcher still waits for to {@code successor}, to be reported by
     * it, once, on the same loops as before. {@code EventLoopPolicy.setChildWatcher} calls this
     * before it closes the watcher that it replaces. The watchers of this package hand over
     * everything: a built-in successor need not be active yet, a foreign one is asked by {@link
     * #addChildHandler} on each child's loop; children that it refuses, and all of them if it is
     * null, are waited for by threads that belong to no watcher. From then on they refuse new
     * children with a {@link WatcherReplacedException}, until {@link #reopen}. A no-op unless
     * overridden; a custom watcher can delegate to {@link ChildRegistry#handOver}. Called from any
     * thread.
     *
     * @param fallback the loop for children of a watcher that has none at the moment
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

package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * The place to start a child watcher of one's own from: each method throws {@link
 * UnsupportedOperationException} naming itself and the class, until it is overridden.
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

    private UnsupportedOperationException unsupported(String method) {
        return new UnsupportedOperationException(
                method + " is not supported by " + getClass().getName());
    }
}

package io.asyncio4j.policy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.watcher.ChildWatcher;

/**
 * The base class of a custom policy: each method throws {@link UnsupportedOperationException},
 * which names the method and the class, until it is overridden.
 */
public abstract class AbstractEventLoopPolicy implements EventLoopPolicy {

    /** Creates a policy; for subclasses. */
    protected AbstractEventLoopPolicy() {}

    @Override
    public EventLoop getEventLoop() {
        throw unsupported("getEventLoop");
    }

    @Override
    public void setEventLoop(@Nullable EventLoop loop) {
        throw unsupported("setEventLoop");
    }

    @Override
    public EventLoop newEventLoop() {
        throw unsupported("newEventLoop");
    }

    @Deprecated
    @Override
    public ChildWatcher getChildWatcher() {
        throw unsupported("getChildWatcher");
    }

    @Deprecated
    @Override
    public void setChildWatcher(@Nullable ChildWatcher watcher) {
        throw unsupported("setChildWatcher");
    }

    private UnsupportedOperationException unsupported(String method) {
        return new UnsupportedOperationException(
                method + " is not supported by " + getClass().getName());
    }
}

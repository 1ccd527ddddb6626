package io.asyncio4j.cli;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.policy.EventLoopPolicy;
import io.asyncio4j.watcher.ChildWatcher;

/** A policy whose child watcher is replaced by another one. */
@SuppressWarnings("deprecation") // the only way to set the watcher of another policy
final class ToolPolicy implements EventLoopPolicy {
    private final EventLoopPolicy policy;
    private final ChildWatcher watcher;

    ToolPolicy(EventLoopPolicy policy, ChildWatcher watcher) {
        this.policy = policy;
        this.watcher = watcher;
    }

    @Override
    public EventLoop getEventLoop() {
        return policy.getEventLoop();
    }

    @Override
    public void setEventLoop(@Nullable EventLoop loop) {
        policy.setEventLoop(loop);
        watcher.attachLoop(loop);
    }

    @Override
    public EventLoop newEventLoop() {
        return policy.newEventLoop();
    }

    @Override
    public ChildWatcher childWatcher() {
        return watcher;
    }

    @Deprecated
    @Override
    public ChildWatcher getChildWatcher() {
        return watcher;
    }

    @Deprecated
    @Override
    public void setChildWatcher(@Nullable ChildWatcher newWatcher) {
        throw new UnsupportedOperationException(
                "setChildWatcher: the watcher was chosen on the command line: " + watcher);
    }
}

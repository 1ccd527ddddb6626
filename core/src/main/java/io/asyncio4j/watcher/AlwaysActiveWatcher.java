package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;

/**
 * A watcher that needs no loop of its own: it reports each exit on the loop that the child was
 * registered from, and children may be started at any time.
 */
abstract sealed class AlwaysActiveWatcher extends AbstractChildWatcher
        implements AdoptingChildWatcher permits ThreadedChildWatcher, HookedChildWatcher {

    final Registry registry = new Registry();

    @Override
    public boolean isRegistered(long pid) {
        return registry.knows(pid);
    }

    /** A no-op: each exit is reported on the loop that its child was registered from. */
    @Override
    public void attachLoop(@Nullable EventLoop loop) {}

    /**
     * Returns whether children may be started.
     *
     * @return true
     */
    @Override
    public boolean isActive() {
        return true;
    }

    @Override
    public Guard enter() {
        return Guard.NONE;
    }

    /** A no-op: the exits of children that still run are reported when they end. */
    @Override
    public void close() {}

    @Override
    public void reopen() {
        registry.reopen();
    }
}

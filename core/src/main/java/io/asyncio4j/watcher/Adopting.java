package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;

/** A watcher that can be given children of another, from any thread and whatever state it is in. */
interface Adopting {
    ChildWatcher.Guard NO_GUARD = () -> {};

    /** Whether {@code pid} is registered; for a registration that has thrown. */
    boolean knows(long pid);

    /** Waits for a child, to be told of on {@code loop}; or on its own, for watchers with one. */
    void adopt(long pid, @Nullable EventLoop loop, ChildHandler handler);
}

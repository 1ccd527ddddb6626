package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;

/**
 * A watcher that can take over the children of another one even while it is not active. {@link
 * AbstractChildWatcher#handOver} then calls {@link #adopt} instead of {@link #addChildHandler},
 * which may need a guard, a running loop or a certain thread. All watchers of this package
 * implement this; a custom one can implement both methods with a {@link ChildRegistry}.
 *
 * <p>Both methods are called from any thread.
 */
public interface AdoptingChildWatcher extends ChildWatcher {

    /**
     * Registers a running or ended, unreaped child of another watcher. Its exit is reported once,
     * on {@code loop}; or on the watcher's own loop, for watchers that have one.
     *
     * @param loop the loop that the child belongs to; null if its former watcher had none
     * @throws WatcherReplacedException if this watcher has been replaced itself
     */
    void adopt(long pid, @Nullable EventLoop loop, ChildHandler handler);

    /**
     * Returns whether {@code pid} is registered and its exit has not been reported. Called after
     * {@link #adopt} threw, to determine whether the child needs another watcher.
     */
    boolean isRegistered(long pid);
}

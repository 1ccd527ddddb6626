package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;

/**
 * A watcher that can take over the children of another one, whatever state it is in. {@link
 * AbstractChildWatcher#handOver} prefers it to {@link #addChildHandler}, which may need a guard, a
 * running loop or a certain thread. All watchers of this package are adopting; a custom one can
 * implement both methods with a {@link ChildRegistry}.
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
     * Returns whether {@code pid} is registered and its exit has not been reported. Asked after an
     * {@link #adopt} that threw, to find out whether the child needs another watcher.
     */
    boolean isRegistered(long pid);
}

package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeAccess;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The children of a custom watcher. It reaps each child once and reports its exit once, on the
 * child's loop; the watcher only decides when to look.
 *
 * <pre>
 *   addChildHandler, adopt  --> add(pid, loop, handler), then check(pid): it may have ended before
 *   the watcher looks       --> check(pid) for each of pending()
 *   removeChildHandler      --> remove(pid)
 *   handOver, reopen, close --> handOver, reopen, clear
 * </pre>
 *
 * <p>Safe for use by many threads: a child that two threads check at once is reaped by one of them,
 * and a handler can be replaced or removed until it runs. No method blocks, and none runs a handler
 * in the calling thread, except when the child's loop has been closed: then the loss is logged. An
 * exit that was observed but not reported yet is kept here.
 */
public final class ChildRegistry {
    private final Registry registry = new Registry();

    /** Creates a registry without children. */
    public ChildRegistry() {}

    /**
     * Registers a child, or replaces the handler and the loop of a registered one.
     *
     * @param loop where the handler runs; null keeps the loop of a registered child, and keeps the
     *     exit of a new one until {@link #resume}
     * @return whether the child is new here: then call {@link #check}, now and later, until it
     *     returns true
     * @throws IllegalArgumentException if {@code pid} is not a process id
     * @throws WatcherReplacedException after {@link #handOver}, until {@link #reopen}
     * @throws UnsupportedOperationException if native calls are not available
     */
    public boolean add(long pid, @Nullable EventLoop loop, ChildHandler handler) {
        Registry.checkArguments(pid, handler);
        NativeAccess.require("ChildRegistry");
        return registry.add(pid, loop, handler) != null;
    }

    /** Returns whether {@code pid} is registered and its exit has not been reported. */
    public boolean contains(long pid) {
        return registry.knows(pid);
    }

    /** Returns the pids of the children that have not been reaped: a snapshot. */
    public Set<Long> pending() {
        return registry.pending().stream()
                .map(PendingChild::pid)
                .collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Reaps child {@code pid} if it has ended, and posts its exit to its loop. A child that another
     * process or other code has reaped is reported as lost, with the return code 255.
     *
     * @return whether the child needs no further check: it was reaped, removed or handed over
     * @throws java.io.UncheckedIOException if asking the system whether it has ended failed
     */
    public boolean check(long pid) {
        PendingChild pending = registry.get(pid);
        return pending == null || registry.check(pending);
    }

    /**
     * Unregisters a child: its handler will not run, and this registry will not reap the child.
     *
     * @return whether it was registered
     */
    public boolean remove(long pid) {
        return registry.remove(pid) != null;
    }

    /** Unregisters all pending children, as {@link #remove} does. */
    public void clear() {
        registry.clear();
    }

    /** Reports on {@code loop} the exits that were observed while their children had no loop. */
    public void resume(EventLoop loop) {
        registry.resume(loop);
    }

    /**
     * Hands the pending children over, and refuses new ones from now on, atomically: a child that
     * is registered from another thread meanwhile is handed over too, or refused.
     *
     * @param successor as in {@link AbstractChildWatcher#handOver}
     * @param fallback the loop for children that have none
     */
    public void handOver(@Nullable ChildWatcher successor, @Nullable EventLoop fallback) {
        Handover.move(registry.drain(), successor, fallback);
    }

    /** Accepts children again after {@link #handOver}; idempotent. */
    public void reopen() {
        registry.reopen();
    }
}

package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.os.Children;
import io.asyncio4j.subprocess.ExitStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * {@link Registry} with its mistakes to make: looking before reaping, and choosing the handler when
 * the child is reaped instead of when it is told of.
 */
final class BrokenRegistry {

    private final Registry.Reap reap;
    private final Map<Long, PendingChild> children = new ConcurrentHashMap<>();

    BrokenRegistry(Registry.Reap reap) {
        this.reap = reap;
    }

    PendingChild add(long pid, EventLoop loop, ChildHandler handler) {
        var pending = new PendingChild(Children.of(pid), loop, handler);
        children.put(pid, pending);
        return pending;
    }

    /** Between the look and the reaping another thread may hand the child over. */
    void check(PendingChild pending) {
        if (children.get(pending.pid()) != pending) {
            return;
        }
        ExitStatus exit;
        try {
            exit = reap.of(pending.child);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ChildHandler handler = pending.handler;
        if (handler != null) {
            pending.loop.callSoonThreadsafe(() -> {
                children.remove(pending.pid(), pending);
                handler.reaped(pending.pid(), exit);
            });
        }
    }

    PendingChild remove(long pid) {
        PendingChild removed = children.remove(pid);
        if (removed != null) {
            removed.handler = null;
        }
        return removed;
    }

    List<PendingChild> drain() {
        var drained = new ArrayList<>(children.values());
        children.clear();
        return drained;
    }
}

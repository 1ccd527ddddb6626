package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.os.Children;
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

    private final Reaper reaper;
    private final Map<Long, Watch> watches = new ConcurrentHashMap<>();

    BrokenRegistry(Reaper reaper) {
        this.reaper = reaper;
    }

    Watch add(long pid, EventLoop loop, ChildHandler handler) {
        var watch = new Watch(Children.of(pid), loop, handler);
        watches.put(pid, watch);
        return watch;
    }

    /** Between the look and the reaping another thread may hand the child over. */
    void check(Watch watch) {
        if (watches.get(watch.pid()) != watch) {
            return;
        }
        ChildExit exit;
        try {
            exit = reaper.reap(watch.child);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ChildHandler handler = watch.handler;
        if (handler != null) {
            watch.loop.callSoonThreadsafe(() -> {
                watches.remove(watch.pid(), watch);
                handler.reaped(exit);
            });
        }
    }

    Watch remove(long pid) {
        Watch removed = watches.remove(pid);
        if (removed != null) {
            removed.handler = null;
        }
        return removed;
    }

    List<Watch> drain() {
        var drained = new ArrayList<>(watches.values());
        watches.clear();
        return drained;
    }
}

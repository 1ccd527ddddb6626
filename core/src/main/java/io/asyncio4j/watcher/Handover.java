package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import java.lang.System.Logger.Level;
import java.util.List;

/**
 * Moves children from one watcher to another. They have been taken out of the old one's registry,
 * unreaped: the old one no longer reports them, and the new one can still read their status.
 */
final class Handover {
    private Handover() {}

    static void move(
            List<PendingChild> children,
            @Nullable ChildWatcher successor,
            @Nullable EventLoop fallback) {
        if (successor instanceof AbstractChildWatcher returning) {
            // It may have been replaced itself before.
            returning.reopen();
        }
        var registry = new Registry();
        var threads = new ReaperThreads(registry, ReaperThreads::newThread);
        for (PendingChild child : children) {
            EventLoop loop = child.loop != null ? child.loop : fallback;
            try {
                move(registry, threads, child, loop, successor);
            } catch (RuntimeException e) {
                Registry.LOGGER.log(Level.WARNING, "Cannot hand over child " + child.pid(), e);
            }
        }
    }

    private static void move(
            Registry registry,
            ReaperThreads threads,
            PendingChild child,
            @Nullable EventLoop loop,
            @Nullable ChildWatcher successor) {
        ChildHandler handler = child.handler;
        if (handler == null) {
            // The handler was removed; the child is only waited for to be reaped.
            handler = (pid, returncode) -> {};
        }
        if (successor instanceof AdoptingChildWatcher adopting) {
            adopt(registry, threads, child.pid(), loop, handler, adopting);
        } else if (successor == null || loop == null) {
            keep(registry, threads, child.pid(), loop, handler);
        } else {
            introduce(registry, threads, child.pid(), loop, handler, successor);
        }
    }

    /** Registers with an adopting watcher; a failure must not affect the other children. */
    private static void adopt(
            Registry registry,
            ReaperThreads threads,
            long pid,
            @Nullable EventLoop loop,
            ChildHandler handler,
            AdoptingChildWatcher successor) {
        var once = new ReportOnce(handler);
        try {
            successor.adopt(pid, loop, once);
        } catch (RuntimeException e) {
            // It may have failed when all was done, to warn for example.
            if (successor.isRegistered(pid) || once.wasReported()) {
                Registry.LOGGER.log(
                        Level.WARNING, successor + " failed while adopting child " + pid, e);
            } else {
                logRefusal(successor, pid, e);
                keep(registry, threads, pid, loop, once);
            }
        }
    }

    private static void logRefusal(Object successor, long pid, RuntimeException e) {
        Registry.LOGGER.log(
                Level.WARNING, successor + " refuses child " + pid + "; a thread waits for it", e);
    }

    /** Registers with any other watcher, from the child's loop, as its contract requires. */
    private static void introduce(
            Registry registry,
            ReaperThreads threads,
            long pid,
            EventLoop loop,
            ChildHandler handler,
            ChildWatcher successor) {
        Runnable add =
                () -> {
                    try (var _ = successor.enter()) {
                        successor.addChildHandler(pid, handler);
                    } catch (RuntimeException e) {
                        logRefusal(successor, pid, e);
                        keep(registry, threads, pid, loop, handler);
                    }
                };
        if (Loops.isCurrent(loop)) {
            add.run();
            return;
        }
        try {
            loop.callSoonThreadsafe(add);
        } catch (IllegalStateException closed) {
            keep(registry, threads, pid, loop, handler);
        }
    }

    /** Waits in a thread that belongs to no watcher. */
    private static void keep(
            Registry registry,
            ReaperThreads threads,
            long pid,
            @Nullable EventLoop loop,
            ChildHandler handler) {
        PendingChild pending = registry.add(pid, loop, handler);
        if (pending != null) {
            threads.start(pending);
        }
    }
}

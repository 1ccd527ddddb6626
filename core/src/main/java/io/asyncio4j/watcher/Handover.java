package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import java.lang.System.Logger.Level;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Moves children from one watcher to another. They were taken out of the old one's registry before,
 * unreaped: so the old one tells of them no more, and whoever gets them finds their status.
 */
final class Handover {
    private Handover() {}

    static void move(
            List<Watch> children, @Nullable ChildWatcher successor, @Nullable EventLoop fallback) {
        var threads = new Registry();
        var waiting = new Waiting(threads, Waiting::newThread);
        for (Watch child : children) {
            ChildHandler handler = child.handler;
            EventLoop loop = child.loop != null ? child.loop : fallback;
            if (handler == null) {
                // Called off; it was only waited for so that it would be reaped.
                handler = (pid, returncode) -> {};
            }
            if (successor instanceof Adopting adopting) {
                adopting.adopt(child.pid(), loop, handler);
            } else if (successor == null || loop == null) {
                keep(threads, waiting, child.pid(), loop, handler);
            } else {
                introduce(threads, waiting, child.pid(), loop, handler, successor);
            }
        }
    }

    /** Registers with a watcher that we know nothing about, from the child's loop as is proper. */
    private static void introduce(
            Registry threads,
            Waiting waiting,
            long pid,
            EventLoop loop,
            ChildHandler handler,
            ChildWatcher successor) {
        Runnable add =
                () -> {
                    try (var _ = successor.enter()) {
                        successor.addChildHandler(pid, handler);
                    } catch (RuntimeException e) {
                        Registry.LOGGER.log(
                                Level.WARNING,
                                successor
                                        + " does not take child "
                                        + pid
                                        + "; a thread waits for it",
                                e);
                        keep(threads, waiting, pid, loop, handler);
                    }
                };
        if (Loops.isCurrent(loop)) {
            add.run();
            return;
        }
        try {
            loop.callSoonThreadsafe(add);
        } catch (IllegalStateException closed) {
            keep(threads, waiting, pid, loop, handler);
        }
    }

    /** Waits in a thread that belongs to no watcher. */
    private static void keep(
            Registry threads,
            Waiting waiting,
            long pid,
            @Nullable EventLoop loop,
            ChildHandler handler) {
        Watch watch = threads.add(pid, loop, handler);
        if (watch != null) {
            waiting.start(watch);
        }
    }
}

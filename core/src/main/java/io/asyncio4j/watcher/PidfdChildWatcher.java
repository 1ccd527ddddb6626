package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Pidfd;
import io.asyncio4j.warning.RuntimeWarning;
import io.asyncio4j.warning.Warnings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * Waits for each child with a descriptor that becomes readable when the child ends. Needs no thread
 * and no signal, and the cost of an exit does not depend on the number of children. The best choice
 * on Linux 5.3 or newer.
 *
 * <p>Handlers run on the loop that they were registered from; loops in several threads may share
 * one watcher. While a child is registered, signals are sent through its descriptor. If no
 * descriptor is available, or the loop cannot wait for one, a thread waits for the child as with
 * {@link ThreadedChildWatcher}; a lack of descriptors is reported by a {@link RuntimeWarning}.
 * Children whose loop is closed are reaped in the same way.
 */
public final class PidfdChildWatcher extends AbstractChildWatcher implements AdoptingChildWatcher {

    private final Registry registry = new Registry();
    private final ReaperThreads threads = new ReaperThreads(registry, ReaperThreads::newThread);
    private final Set<EventLoop> loops =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /**
     * Creates a watcher.
     *
     * @throws UnsupportedOperationException if pidfds do not work here, saying why
     */
    public PidfdChildWatcher() {
        Watchers.Kind.PIDFD.require(PidfdChildWatcher.class);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if no event loop runs in this thread
     */
    @Override
    public void addChildHandler(long pid, ChildHandler handler) {
        Registry.checkArguments(pid, handler);
        EventLoop loop = Loops.running(this);
        register(pid, loop, handler);
    }

    @Override
    public boolean isRegistered(long pid) {
        return registry.knows(pid);
    }

    @Override
    public void adopt(long pid, @Nullable EventLoop loop, ChildHandler handler) {
        if (loop == null) {
            PendingChild pending = registry.add(pid, null, handler);
            if (pending != null) {
                threads.start(pending);
            }
            return;
        }
        register(pid, loop, handler);
    }

    private void register(long pid, EventLoop loop, ChildHandler handler) {
        if (loops.add(loop)) {
            leaveClosedLoops();
            Loops.whenClosed(loop, this::leaveClosedLoops);
        }
        PendingChild known = registry.get(pid);
        if (known != null
                && known.hooked != null
                && known.hooked != loop
                && registry.removePending(known)) {
            // The child moves to another loop, and its descriptor with it.
            release(known);
        }
        PendingChild pending = registry.add(pid, loop, handler);
        if (pending == null || registry.check(pending)) {
            return;
        }
        if (Loops.isCurrent(loop)) {
            hook(pending, loop);
            return;
        }
        synchronized (registry) {
            pending.hooked = loop;
        }
        try {
            loop.callSoonThreadsafe(() -> hook(pending, loop));
        } catch (IllegalStateException closed) {
            waitInThread(pending);
        }
    }

    private void hook(PendingChild pending, EventLoop loop) {
        int pidfd;
        try {
            pidfd = Pidfd.open(pending.pid());
        } catch (NoSuchProcessException e) {
            // Other code has just reaped it.
            registry.check(pending);
            return;
        } catch (IOException e) {
            waitInThread(pending);
            warn(e.getMessage());
            return;
        }
        synchronized (registry) {
            pending.pidfd = pidfd;
            pending.hooked = loop;
        }
        pending.child.usePidfd(pidfd);
        if (!registry.isPending(pending)) {
            // Removed before this callback ran.
            release(pending);
            return;
        }
        // Not now: a child that was just started and does little ends within microseconds, and
        // registering it with the selector would take as long as reaping it.
        loop.callSoon(() -> awaitReadable(pending, pidfd, loop));
    }

    private void awaitReadable(PendingChild pending, int pidfd, EventLoop loop) {
        if (onReadable(pending, loop)) {
            return;
        }
        String obstacle = null;
        try {
            loop.addReader(pidfd, () -> onReadable(pending, loop));
            pending.isReader = true;
            return;
        } catch (UncheckedIOException e) {
            obstacle = e.getMessage();
        } catch (UnsupportedOperationException e) {
            // A loop without descriptors, such as one on java.nio.
        }
        release(pending);
        waitInThread(pending);
        if (obstacle != null) {
            warn(obstacle);
        }
    }

    /** Comes last, because a warning may be thrown. */
    private static void warn(@Nullable String obstacle) {
        Warnings.warn(
                RuntimeWarning.class,
                "A thread waits for a child process that PidfdChildWatcher cannot: " + obstacle);
    }

    private void waitInThread(PendingChild pending) {
        synchronized (registry) {
            pending.hooked = null;
        }
        threads.start(pending);
    }

    /** Reports the child if it has ended; returns whether it needs no further check. */
    private boolean onReadable(PendingChild pending, EventLoop loop) {
        try {
            return registry.checkHere(pending, loop);
        } finally {
            if (!registry.isPending(pending)) {
                release(pending);
            }
        }
    }

    /** Stops waiting with the descriptor and closes it: on its loop, or when that is closed. */
    private void release(PendingChild pending) {
        int pidfd;
        EventLoop loop;
        synchronized (registry) {
            pidfd = pending.pidfd;
            loop = pending.hooked;
            pending.pidfd = -1;
            pending.hooked = null;
        }
        if (pidfd < 0 || loop == null) {
            return;
        }
        if (Loops.isCurrent(loop)) {
            close(pending, pidfd, loop);
            return;
        }
        Runnable atLoopClose = () -> pending.child.closePidfd(pidfd);
        try {
            loop.addCloseCallback(atLoopClose);
        } catch (IllegalStateException closed) {
            atLoopClose.run();
            return;
        }
        try {
            loop.callSoonThreadsafe(() -> {
                loop.removeCloseCallback(atLoopClose);
                close(pending, pidfd, loop);
            });
        } catch (IllegalStateException closed) {
            // The closing of the loop calls back.
        }
    }

    private static void close(PendingChild pending, int pidfd, EventLoop loop) {
        if (pending.isReader) {
            // Before the number can be reused for another descriptor.
            loop.removeReader(pidfd);
        }
        pending.child.closePidfd(pidfd);
    }

    private void leaveClosedLoops() {
        for (PendingChild pending : registry.pending()) {
            EventLoop loop = pending.hooked;
            if (loop != null && loop.isClosed()) {
                release(pending);
                waitInThread(pending);
            }
        }
    }

    @Override
    public boolean removeChildHandler(long pid) {
        PendingChild removed = registry.remove(pid);
        if (removed == null) {
            return false;
        }
        release(removed);
        return true;
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

    @Override
    public void handOver(@Nullable ChildWatcher successor, @Nullable EventLoop fallback) {
        List<PendingChild> drained = registry.drain();
        for (PendingChild pending : drained) {
            try {
                release(pending);
            } catch (RuntimeException e) {
                Registry.LOGGER.log(
                        Level.WARNING,
                        "Unregistering the pidfd of " + pending.pid() + " failed",
                        e);
            }
        }
        Handover.move(drained, successor, fallback);
    }
}

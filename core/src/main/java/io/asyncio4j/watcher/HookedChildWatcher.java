package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import java.lang.System.Logger.Level;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * A watcher that has the loop which a child was registered from wait for it, each in a way of its
 * own, its {@link Hook}. Where that is impossible, a thread waits.
 *
 * <pre>
 *   register --> hook (in a turn of the loop) --ended--> onEnded: reaped, reported --> unhooked
 *                  \--impossible, or the loop was closed--> a thread waits
 * </pre>
 */
abstract sealed class HookedChildWatcher extends AlwaysActiveWatcher
        permits PidfdChildWatcher, UringChildWatcher {

    /** What waits for one child on its loop. */
    interface Hook {
        /** Stops waiting; called in a turn of the loop. */
        void release(EventLoop loop);

        /** Releases what is left when the loop is closed; called in any thread. */
        void loopClosed();
    }

    private final ReaperThreads threads = new ReaperThreads(registry, ReaperThreads::newThread);
    private final Set<EventLoop> loops =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** Has {@code loop} wait for a child; called in one of its turns. */
    abstract void hook(PendingChild pending, EventLoop loop);

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

    /**
     * Notes what waits for a child; returns false, having released it, if the child was removed
     * meanwhile.
     */
    final boolean attach(PendingChild pending, Hook hook, EventLoop loop) {
        synchronized (registry) {
            pending.hook = hook;
            pending.hooked = loop;
        }
        if (!registry.isPending(pending)) {
            release(pending);
            return false;
        }
        return true;
    }

    final void waitInThread(PendingChild pending) {
        synchronized (registry) {
            pending.hooked = null;
        }
        threads.start(pending);
    }

    /** Reports the child if it has ended; returns whether it needs no further check. */
    final boolean onEnded(PendingChild pending, EventLoop loop) {
        try {
            return registry.checkHere(pending, loop);
        } finally {
            if (!registry.isPending(pending)) {
                release(pending);
            }
        }
    }

    /** Releases the hook of a child: on its loop, or when that is closed. */
    final void release(PendingChild pending) {
        Hook hook;
        EventLoop loop;
        synchronized (registry) {
            hook = pending.hook;
            loop = pending.hooked;
            pending.hook = null;
            pending.hooked = null;
        }
        if (hook == null || loop == null) {
            return;
        }
        if (Loops.isCurrent(loop)) {
            hook.release(loop);
            return;
        }
        Runnable atLoopClose = hook::loopClosed;
        try {
            loop.addCloseCallback(atLoopClose);
        } catch (IllegalStateException closed) {
            atLoopClose.run();
            return;
        }
        try {
            loop.callSoonThreadsafe(() -> {
                loop.removeCloseCallback(atLoopClose);
                hook.release(loop);
            });
        } catch (IllegalStateException closed) {
            // The closing of the loop calls back.
        }
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

    @Override
    public void handOver(@Nullable ChildWatcher successor, @Nullable EventLoop fallback) {
        List<PendingChild> drained = registry.drain();
        for (PendingChild pending : drained) {
            try {
                release(pending);
            } catch (RuntimeException e) {
                Registry.LOGGER.log(
                        Level.WARNING,
                        "No longer waiting for child " + pending.pid() + " failed",
                        e);
            }
        }
        Handover.move(drained, successor, fallback);
    }
}

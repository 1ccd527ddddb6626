package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.Signals;
import io.asyncio4j.reap.Reaper;
import io.asyncio4j.subprocess.ExitStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * The pending children of a watcher, and the one place where their exits are reported.
 *
 * <p>A child is reaped in {@link #check}, under this registry's lock and the child's own; from then
 * on its exit is kept here until its handler has run on its loop. So it is reaped once, by the
 * thread that looks first, and its handler can be replaced or removed until the moment it runs.
 * Safe from any thread.
 */
final class Registry {
    static final System.Logger LOGGER = System.getLogger("io.asyncio4j");

    /** How a child is reaped: {@link Reaper#reap}, or a failure injected by a test. */
    @FunctionalInterface
    interface Reap {
        /** Returns how {@code child} ended, or null while it runs. */
        @Nullable
        ExitStatus of(Child child) throws IOException;
    }

    private final Reap reap;
    private final Map<Long, PendingChild> children = new HashMap<>();

    /** The loops whose closing is reported here. */
    private final Set<EventLoop> followed =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** Whether the children were handed over: one registered since would be lost. */
    private boolean handedOver;

    Registry() {
        this(Reaper::reap);
    }

    Registry(Reap reap) {
        this.reap = reap;
        if (NativeAccess.available() && Signals.keepEndedChildren()) {
            LOGGER.log(
                    Level.INFO,
                    "SIGCHLD was ignored when this process was started, which loses the exit"
                            + " status of its children; it has its default action now");
        }
    }

    /**
     * Registers a handler, or replaces the one that was there.
     *
     * @return the pending child to wait for; null if it is already being waited for
     * @throws WatcherReplacedException after {@link #drain}, until {@link #reopen}
     */
    @Nullable
    PendingChild add(long pid, @Nullable EventLoop loop, ChildHandler handler) {
        checkArguments(pid, handler);
        requireOpen(pid);
        settleFormer(pid, null);
        if (loop != null) {
            follow(loop);
        }
        PendingChild known;
        synchronized (this) {
            requireOpen(pid);
            known = children.get(pid);
            if (known == null || !isStill(known)) {
                var pending = new PendingChild(Children.of(pid), loop, handler);
                children.put(pid, pending);
                return pending;
            }
            boolean moved = loop != null && known.loop != loop;
            if (moved) {
                known.loop = loop;
                known.onAnyLoop = false;
                known.orphaned = false;
            }
            known.handler = handler;
            if (!moved || known.exit == null) {
                return null;
            }
        }
        post(known);
        return null;
    }

    /**
     * Reports the child that is pending as {@code pid} as lost, if other code has reaped it and the
     * pid now belongs to another child.
     *
     * @param loop where to report that; null for the loop that it was registered with
     */
    void settleFormer(long pid, @Nullable EventLoop loop) {
        PendingChild former = get(pid);
        if (former != null && !isStill(former)) {
            reap(former, loop);
        }
    }

    /**
     * Throws if the children were handed over.
     *
     * @throws WatcherReplacedException in that case
     */
    synchronized void requireOpen(long pid) {
        if (handedOver) {
            throw new WatcherReplacedException(pid);
        }
    }

    /** Accepts children again after {@link #drain}. */
    synchronized void reopen() {
        handedOver = false;
    }

    /** Registers a handler for a child that was reaped before. */
    void addEnded(long pid, ExitStatus exit, @Nullable EventLoop loop, ChildHandler handler) {
        var pending = new PendingChild(Children.of(pid), null, handler);
        pending.exit = exit;
        pending.loop = loop;
        synchronized (this) {
            children.put(pid, pending);
        }
        post(pending);
    }

    static void checkArguments(long pid, ChildHandler handler) {
        if (pid <= 0 || pid > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("A process id must be positive: " + pid);
        }
        Objects.requireNonNull(handler, "handler");
    }

    /** Returns whether the pid still belongs to the child for which {@code pending} was made. */
    private static boolean isStill(PendingChild pending) {
        try {
            return !pending.child.isGone() || !Children.exists(pending.pid());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Removes a child and its handler, unreaped; returns what was registered. */
    synchronized @Nullable PendingChild remove(long pid) {
        PendingChild removed = children.remove(pid);
        if (removed != null) {
            removed.handler = null;
        }
        return removed;
    }

    /**
     * As {@link #remove}, for a child that will be registered again. Removes it only while it has
     * not been reaped, since its exit would be lost. Returns whether it was removed.
     */
    synchronized boolean removePending(PendingChild pending) {
        if (!isPending(pending)) {
            return false;
        }
        children.remove(pending.pid());
        pending.handler = null;
        return true;
    }

    /** Removes the handler of a child, which stays pending and is reaped. */
    synchronized void silence(long pid) {
        PendingChild pending = children.get(pid);
        if (pending != null) {
            pending.handler = null;
            if (pending.exit != null) {
                children.remove(pid);
            }
        }
    }

    /** Returns the children that have not been reaped yet. */
    synchronized List<PendingChild> pending() {
        var unreaped = new ArrayList<PendingChild>(children.size());
        for (PendingChild pending : children.values()) {
            if (pending.exit == null) {
                unreaped.add(pending);
            }
        }
        return unreaped;
    }

    /** Returns the child that is pending as {@code pid}, or null. */
    synchronized @Nullable PendingChild get(long pid) {
        PendingChild pending = children.get(pid);
        return pending == null || pending.exit != null ? null : pending;
    }

    /** Returns whether {@code pid} is registered, reaped or not, and has not been reported. */
    synchronized boolean knows(long pid) {
        return children.containsKey(pid);
    }

    /**
     * Removes the children that have not been reaped, and returns them; their handlers stay set.
     * Refuses new ones from now on.
     */
    synchronized List<PendingChild> drain() {
        handedOver = true;
        return takePending();
    }

    private List<PendingChild> takePending() {
        List<PendingChild> drained = pending();
        drained.forEach(pending -> children.remove(pending.pid()));
        return drained;
    }

    /** Returns whether {@code pending} must still be waited for. */
    synchronized boolean isPending(PendingChild pending) {
        return children.get(pending.pid()) == pending && pending.exit == null;
    }

    /**
     * Reaps a child if it has ended, and has its handler run; returns whether it needs no further
     * check.
     */
    boolean check(PendingChild pending) {
        return reap(pending, null);
    }

    /**
     * As {@link #check}, with the handler to run on {@code loop}, whatever loop was named before.
     */
    boolean check(PendingChild pending, EventLoop loop) {
        return reap(pending, loop);
    }

    /** As {@link #check}, from a callback of the child's loop, where the handler runs at once. */
    boolean checkHere(PendingChild pending, EventLoop loop) {
        ExitStatus exit;
        synchronized (this) {
            if (!isPending(pending)) {
                return true;
            }
            exit = reapNow(pending);
            if (exit == null) {
                return false;
            }
            settle(pending, exit);
        }
        logLoss(pending, exit);
        if (pending.loop == loop) {
            deliver(pending, loop);
        } else {
            // Registered again meanwhile, from another loop.
            post(pending);
        }
        return true;
    }

    private boolean reap(PendingChild pending, @Nullable EventLoop loop) {
        ExitStatus exit;
        synchronized (this) {
            if (!isPending(pending)) {
                return true;
            }
            exit = reapNow(pending);
            if (exit == null) {
                return false;
            }
            if (loop != null) {
                pending.loop = loop;
            }
            settle(pending, exit);
        }
        logLoss(pending, exit);
        post(pending);
        return true;
    }

    /** Accepts an exit that was observed by a wait for any child. */
    void exited(PendingChild pending, ExitStatus exit, @Nullable EventLoop loop) {
        synchronized (this) {
            if (!isPending(pending)) {
                return;
            }
            pending.loop = loop;
            settle(pending, exit);
        }
        post(pending);
    }

    /** Reports on {@code loop} the exits that no loop has reported yet. */
    void resume(EventLoop loop) {
        var unreported = new ArrayList<PendingChild>();
        synchronized (this) {
            for (PendingChild pending : children.values()) {
                if (pending.exit != null && pending.loop != loop) {
                    pending.loop = loop;
                    unreported.add(pending);
                }
            }
        }
        unreported.forEach(this::post);
    }

    /** Removes the children that have not been reaped, and their handlers. */
    synchronized void clear() {
        takePending().forEach(pending -> pending.handler = null);
    }

    /** Returns whether any child has not been reaped. */
    synchronized boolean hasPending() {
        return children.values().stream().anyMatch(pending -> pending.exit == null);
    }

    private @Nullable ExitStatus reapNow(PendingChild pending) {
        try {
            return reap.of(pending.child);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void settle(PendingChild pending, ExitStatus exit) {
        pending.exit = exit;
        if (pending.handler == null) {
            children.remove(pending.pid());
        }
    }

    private static void logLoss(PendingChild pending, ExitStatus exit) {
        if (exit instanceof ExitStatus.Lost) {
            LOGGER.log(
                    Level.WARNING,
                    "Unknown child process pid "
                            + pending.pid()
                            + ", will report returncode "
                            + exit.returncode());
        }
    }

    private void post(PendingChild pending) {
        EventLoop loop;
        synchronized (this) {
            loop = pending.loop;
            if (pending.handler == null || (loop == null && !pending.orphaned)) {
                return;
            }
        }
        if (loop == null) {
            deliver(pending, null);
            return;
        }
        follow(loop);
        try {
            loop.callSoonThreadsafe(() -> deliver(pending, loop));
        } catch (IllegalStateException e) {
            if (!loop.isClosed()) {
                throw e;
            }
            leave(loop);
        }
    }

    /**
     * Has {@link #leave} called when {@code loop} is closed. Otherwise an exit already posted to it
     * would be dropped silently, and its children would keep it in memory.
     */
    private void follow(EventLoop loop) {
        if (followed.add(loop)) {
            Loops.whenClosed(loop, () -> leave(loop));
        }
    }

    /** Forgets a loop that was closed, and logs the exits that it has not reported. */
    private void leave(EventLoop loop) {
        var late = new ArrayList<PendingChild>();
        synchronized (this) {
            for (PendingChild pending : children.values()) {
                if (pending.loop != loop) {
                    continue;
                }
                pending.loop = null;
                if (pending.onAnyLoop) {
                    continue; // The next one reports it, see resume.
                }
                pending.orphaned = true;
                if (pending.handler != null) {
                    String text = "Loop " + loop + " that handles pid " + pending.pid();
                    pending.handler =
                            (pid, returncode) -> LOGGER.log(Level.WARNING, text + " is closed");
                }
                if (pending.exit != null) {
                    late.add(pending);
                }
            }
        }
        late.forEach(pending -> deliver(pending, null));
    }

    private void deliver(PendingChild pending, @Nullable EventLoop loop) {
        ChildHandler handler;
        ExitStatus exit;
        synchronized (this) {
            handler = pending.handler;
            exit = pending.exit;
            if (handler == null || exit == null || pending.loop != loop) {
                return;
            }
            pending.handler = null;
            children.remove(pending.pid(), pending);
        }
        handler.reaped(pending.pid(), exit);
    }
}

package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.Signals;
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
 * The children that a watcher waits for, and the one place where they are reaped and told of.
 *
 * <p>A child is reaped in {@link #check}, under this registry's lock and the child's own; from then
 * on its exit is kept here until its handler has run on its loop. So it is reaped once, by whoever
 * looks first, and its handler can be replaced or called off until the moment it runs. Safe from
 * any thread.
 */
final class Registry {
    static final System.Logger LOGGER = System.getLogger("io.asyncio4j");

    private final Reaper reaper;
    private final Map<Long, Watch> watches = new HashMap<>();

    /** The loops whose closing is reported here. */
    private final Set<EventLoop> followed =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    /** Whether the children were handed over: one registered since would be nobody's. */
    private boolean handedOver;

    Registry() {
        this(Reaper.SYSTEM);
    }

    Registry(Reaper reaper) {
        this.reaper = reaper;
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
     * @return what is to be waited for; null if it is being waited for already
     * @throws WatcherReplacedException after {@link #drain}, until {@link #reopen}
     */
    @Nullable
    Watch add(long pid, @Nullable EventLoop loop, ChildHandler handler) {
        checkArguments(pid, handler);
        requireOpen(pid);
        settleFormer(pid, null);
        if (loop != null) {
            follow(loop);
        }
        Watch known;
        synchronized (this) {
            requireOpen(pid);
            known = watches.get(pid);
            if (known == null || !isStill(known)) {
                var watch = new Watch(Children.of(pid), loop, handler);
                watches.put(pid, watch);
                return watch;
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
     * Has it told, as lost, if somebody else has reaped the child that is waited for as {@code pid}
     * and that is another's by now.
     *
     * @param loop where to tell of it; null for the loop that it was registered with
     */
    void settleFormer(long pid, @Nullable EventLoop loop) {
        Watch former = get(pid);
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
    void addEnded(ChildExit exit, @Nullable EventLoop loop, ChildHandler handler) {
        var watch = new Watch(Children.of(exit.pid()), null, handler);
        watch.exit = exit;
        watch.loop = loop;
        synchronized (this) {
            watches.put(exit.pid(), watch);
        }
        post(watch);
    }

    static void checkArguments(long pid, ChildHandler handler) {
        if (pid <= 0 || pid > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("not a process id: " + pid);
        }
        Objects.requireNonNull(handler, "handler");
    }

    /** Whether the pid has not passed to another child since {@code watch} was made. */
    private static boolean isStill(Watch watch) {
        try {
            return !watch.child.isGone() || !Children.exists(watch.pid());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Calls the handler of a child off and waits for it no longer; returns what was registered. */
    synchronized @Nullable Watch remove(long pid) {
        Watch removed = watches.remove(pid);
        if (removed != null) {
            removed.handler = null;
        }
        return removed;
    }

    /**
     * As {@link #remove}, of a child that is to be registered anew: only while it has not been
     * reaped, for its exit would be lost. Returns whether it was removed.
     */
    synchronized boolean removeWaiting(Watch watch) {
        if (!isWaiting(watch)) {
            return false;
        }
        watches.remove(watch.pid());
        watch.handler = null;
        return true;
    }

    /** Calls the handler of a child off; it is waited for nevertheless, and reaped. */
    synchronized void silence(long pid) {
        Watch watch = watches.get(pid);
        if (watch != null) {
            watch.handler = null;
            if (watch.exit != null) {
                watches.remove(pid);
            }
        }
    }

    /** Returns those that have not been reaped yet. */
    synchronized List<Watch> waiting() {
        var waiting = new ArrayList<Watch>(watches.size());
        for (Watch watch : watches.values()) {
            if (watch.exit == null) {
                waiting.add(watch);
            }
        }
        return waiting;
    }

    /** Returns what is waited for as {@code pid}, or null. */
    synchronized @Nullable Watch get(long pid) {
        Watch watch = watches.get(pid);
        return watch == null || watch.exit != null ? null : watch;
    }

    /** Whether {@code pid} is registered, reaped or not, and has not been reported. */
    synchronized boolean knows(long pid) {
        return watches.containsKey(pid);
    }

    /**
     * Forgets those that have not been reaped, and returns them; their handlers stay set. Refuses
     * new ones from now on.
     */
    synchronized List<Watch> drain() {
        handedOver = true;
        return takeWaiting();
    }

    private List<Watch> takeWaiting() {
        List<Watch> drained = waiting();
        drained.forEach(watch -> watches.remove(watch.pid()));
        return drained;
    }

    /** Whether {@code watch} is still to be waited for. */
    synchronized boolean isWaiting(Watch watch) {
        return watches.get(watch.pid()) == watch && watch.exit == null;
    }

    /** Reaps a child if it has ended, and has its handler run; returns whether that is settled. */
    boolean check(Watch watch) {
        return reap(watch, null);
    }

    /** As {@link #check}, with the handler to run on {@code loop} whatever was said before. */
    boolean check(Watch watch, EventLoop loop) {
        return reap(watch, loop);
    }

    /** As {@link #check}, from a callback of the child's loop, where the handler runs at once. */
    boolean checkHere(Watch watch, EventLoop loop) {
        ChildExit exit;
        synchronized (this) {
            if (!isWaiting(watch)) {
                return true;
            }
            exit = reapNow(watch);
            if (exit == null) {
                return false;
            }
            settle(watch, exit);
        }
        report(exit);
        if (watch.loop == loop) {
            deliver(watch, loop);
        } else {
            // Registered anew meanwhile, from another loop.
            post(watch);
        }
        return true;
    }

    private boolean reap(Watch watch, @Nullable EventLoop loop) {
        ChildExit exit;
        synchronized (this) {
            if (!isWaiting(watch)) {
                return true;
            }
            exit = reapNow(watch);
            if (exit == null) {
                return false;
            }
            if (loop != null) {
                watch.loop = loop;
            }
            settle(watch, exit);
        }
        report(exit);
        post(watch);
        return true;
    }

    /** Takes an exit that was learned otherwise, by a wait for any child. */
    void exited(Watch watch, ChildExit exit, @Nullable EventLoop loop) {
        synchronized (this) {
            if (!isWaiting(watch)) {
                return;
            }
            watch.loop = loop;
            settle(watch, exit);
        }
        post(watch);
    }

    /** Has {@code loop} tell of those that ended and that no loop has told of yet. */
    void resume(EventLoop loop) {
        var untold = new ArrayList<Watch>();
        synchronized (this) {
            for (Watch watch : watches.values()) {
                if (watch.exit != null && watch.loop != loop) {
                    watch.loop = loop;
                    untold.add(watch);
                }
            }
        }
        untold.forEach(this::post);
    }

    /** Calls off the handlers of those that have not been reaped. */
    synchronized void clear() {
        takeWaiting().forEach(watch -> watch.handler = null);
    }

    /** Whether any has not been reaped. */
    synchronized boolean isPending() {
        return watches.values().stream().anyMatch(watch -> watch.exit == null);
    }

    private @Nullable ChildExit reapNow(Watch watch) {
        try {
            return reaper.reap(watch.child);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void settle(Watch watch, ChildExit exit) {
        watch.exit = exit;
        if (watch.handler == null) {
            watches.remove(watch.pid());
        }
    }

    private static void report(ChildExit exit) {
        if (exit.lost() != null) {
            LOGGER.log(
                    Level.WARNING,
                    "Unknown child process pid "
                            + exit.pid()
                            + ", will report returncode "
                            + exit.returncode());
        }
    }

    private void post(Watch watch) {
        EventLoop loop;
        synchronized (this) {
            loop = watch.loop;
            if (watch.handler == null || (loop == null && !watch.orphaned)) {
                return;
            }
        }
        if (loop == null) {
            deliver(watch, null);
            return;
        }
        follow(loop);
        try {
            loop.callSoonThreadsafe(() -> deliver(watch, loop));
        } catch (IllegalStateException e) {
            if (!loop.isClosed()) {
                throw e;
            }
            leave(loop);
        }
    }

    /**
     * Has {@link #leave} called when {@code loop} is closed. Else an exit that was posted to it by
     * then would be dropped without a word, and its children would keep it in memory.
     */
    private void follow(EventLoop loop) {
        if (followed.add(loop)) {
            Loops.whenClosed(loop, () -> leave(loop));
        }
    }

    /** Lets go of a loop that was closed, and logs the exits that it has not reported. */
    private void leave(EventLoop loop) {
        var late = new ArrayList<Watch>();
        synchronized (this) {
            for (Watch watch : watches.values()) {
                if (watch.loop != loop) {
                    continue;
                }
                watch.loop = null;
                if (watch.onAnyLoop) {
                    continue; // The next one tells of it, see resume.
                }
                watch.orphaned = true;
                if (watch.handler != null) {
                    String text = "Loop " + loop + " that handles pid " + watch.pid();
                    watch.handler =
                            (pid, returncode) -> LOGGER.log(Level.WARNING, text + " is closed");
                }
                if (watch.exit != null) {
                    late.add(watch);
                }
            }
        }
        late.forEach(watch -> deliver(watch, null));
    }

    private void deliver(Watch watch, @Nullable EventLoop loop) {
        ChildHandler handler;
        ChildExit exit;
        synchronized (this) {
            handler = watch.handler;
            exit = watch.exit;
            if (handler == null || exit == null || watch.loop != loop) {
                return;
            }
            watch.handler = null;
            watches.remove(watch.pid(), watch);
        }
        handler.reaped(exit);
    }
}

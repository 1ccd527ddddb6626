package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Children;
import io.asyncio4j.reap.Reaper;
import io.asyncio4j.subprocess.ExitStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Reaps every child of this process, also those that {@link ProcessBuilder} or native code has
 * started and waits for: the JDK then reports the exit status 0 for them. In exchange, the cost of
 * an exit does not depend on the number of children.
 *
 * <p>Active while it is attached to a running loop of the main thread; handlers run there. Children
 * must be started and registered inside a {@linkplain #enter guard}: the exit of an unregistered
 * child is kept while a guard is open, because the child may be registered next; the exits that are
 * left when the last guard closes are logged and dropped. The exit of a child that other code reaps
 * is never reported.
 *
 * @deprecated use {@link PidfdChildWatcher} or {@link ThreadedChildWatcher}, which are as fast and
 *     leave other code's children alone
 */
@Deprecated
public final class FastChildWatcher extends LoopSignalWatcher {

    private final AtomicBoolean warned = new AtomicBoolean();
    private final Object lock = new Object();
    // Guarded by the lock.
    private final Map<Long, ExitStatus> unclaimed = new HashMap<>();
    private int guards;
    private boolean looksAgain;

    /** Creates a watcher that is attached to no loop. */
    public FastChildWatcher() {
        super(Watchers.Kind.FAST, new Registry());
    }

    @Override
    public void attachLoop(@Nullable EventLoop newLoop) {
        if (newLoop != null && warned.compareAndSet(false, true)) {
            Registry.LOGGER.log(
                    Level.WARNING,
                    "FastChildWatcher takes the exit status of every child of this process, also"
                            + " of those that java.lang.ProcessBuilder has started");
        }
        super.attachLoop(newLoop);
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException outside of a guard
     */
    @Override
    public void addChildHandler(long pid, ChildHandler handler) {
        Registry.checkArguments(pid, handler);
        verifyHandler();
        synchronized (lock) {
            if (guards == 0) {
                throw new IllegalStateException(
                        "FastChildWatcher.addChildHandler("
                                + pid
                                + ") outside of a guard: start and register the child inside of"
                                + " try (var guard = watcher.enter())");
            }
            register(pid, handler);
        }
    }

    @Override
    public void adopt(long pid, @Nullable EventLoop loop, ChildHandler handler) {
        synchronized (lock) {
            register(pid, handler);
        }
    }

    private void register(long pid, ChildHandler handler) {
        // First, so that an early exit stays in unclaimed and is logged if nobody claims it.
        registry.requireOpen(pid);
        ExitStatus exit = unclaimed.remove(pid);
        if (exit != null && exists(pid)) {
            // That was an earlier child with the same pid.
            warnOfUnclaimed(Map.of(pid, exit.returncode()));
            exit = null;
        }
        registry.settleFormer(pid, attached());
        if (exit == null) {
            registry.add(pid, null, handler);
        } else {
            registry.addEnded(pid, exit, attached(), handler);
        }
    }

    private static boolean exists(long pid) {
        try {
            return Children.exists(pid);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    void scan(EventLoop attached) {
        // One signal may stand for many exits.
        while (reapOne(attached)) {
            continue;
        }
    }

    /** Reaps one child; returns false if none has ended. */
    private boolean reapOne(EventLoop attached) {
        Reaper.Reaped exit;
        synchronized (lock) {
            exit = reapAny(attached);
            if (exit == null) {
                return false;
            }
            PendingChild pending = registry.get(exit.pid());
            if (pending != null) {
                registry.exited(pending, exit.status(), attached);
                return true;
            }
            if (guards > 0) {
                unclaimed.put(exit.pid(), exit.status());
                return true;
            }
        }
        warnOfUnclaimed(Map.of(exit.pid(), exit.status().returncode()));
        return true;
    }

    /**
     * Holds the lock: between the reaping of a child and its look-up here, its exit would be lost.
     */
    @Override
    List<PendingChild> drain() {
        synchronized (lock) {
            return super.drain();
        }
    }

    /**
     * Checks the registered children one by one now, and all of them again when a start has ended.
     */
    private void lookBehindFailingStart(EventLoop attached) {
        for (PendingChild pending : registry.pending()) {
            registry.check(pending, attached);
        }
        if (!looksAgain) {
            looksAgain = true;
            Children.whenHidingMayBeOver(() -> {
                synchronized (lock) {
                    looksAgain = false;
                }
                alarm(attached);
            });
        }
    }

    private Reaper.@Nullable Reaped reapAny(EventLoop attached) {
        try {
            return Reaper.reapAny(() -> lookBehindFailingStart(attached));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void warnOfUnclaimed(Map<Long, Integer> returncodes) {
        Registry.LOGGER.log(
                Level.WARNING,
                "Children ended that were not registered with this watcher, pid=returncode:  "
                        + returncodes);
    }

    @Override
    public Guard enter() {
        synchronized (lock) {
            guards++;
        }
        var open = new AtomicBoolean(true);
        return () -> {
            if (open.compareAndSet(true, false)) {
                leave();
            }
        };
    }

    private void leave() {
        var leftovers = new HashMap<Long, Integer>();
        synchronized (lock) {
            guards--;
            if (guards > 0 || unclaimed.isEmpty()) {
                return;
            }
            unclaimed.forEach((pid, exit) -> leftovers.put(pid, exit.returncode()));
            unclaimed.clear();
        }
        warnOfUnclaimed(leftovers);
    }

    @Override
    public void close() {
        synchronized (lock) {
            unclaimed.clear();
        }
        super.close();
    }
}

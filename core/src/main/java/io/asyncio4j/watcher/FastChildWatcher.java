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
 * Takes away the exit status of every child of this process, also of those that {@link
 * ProcessBuilder} or native code has started and waits for: the JDK then reports that they ended
 * with 0. In exchange the cost of an exit does not depend on the number of children.
 *
 * <p>Active while it is attached to a running loop of the main thread; handlers run there. Children
 * are started and registered inside a {@linkplain #enter guard}: an exit of a child that nobody has
 * asked about is kept while a guard is open, for it may be asked about next; what is left when the
 * last guard closes is logged and dropped. The exit of a child that other code reaps is never
 * reported.
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
        // While an exit that came early is still here, to be logged if nobody asks again.
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

    /** Returns whether there was one. */
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

    /** Not between the reaping of a child and its being found here: the exit would be lost. */
    @Override
    List<PendingChild> drain() {
        synchronized (lock) {
            return super.drain();
        }
    }

    /** Looks for the others one by one, and for all of them when a start has ended. */
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
                "Children ended that nobody has asked this watcher about, pid=returncode: "
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

package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.SignalKeeper;
import io.asyncio4j.os.Signals;
import io.asyncio4j.warning.RuntimeWarning;
import java.lang.System.Logger.Level;

/**
 * Checks each of its children whenever SIGCHLD reports that some child has ended. It has its own
 * signal handler, so that loops of any thread can use it. The cost of an exit grows with the number
 * of children.
 *
 * <p>Active from the first {@link #attachLoop}, which installs the SIGCHLD handler whatever the
 * loop, until it is closed. If other code has replaced that handler, the next registration of a
 * child reinstalls it and emits a {@link RuntimeWarning}. Handlers run on the loop that they were
 * registered from. Safe for use by many threads.
 *
 * @deprecated use {@link PidfdChildWatcher} or {@link ThreadedChildWatcher}, which need no signal
 */
@Deprecated
public final class MultiLoopChildWatcher extends AbstractChildWatcher
        implements AdoptingChildWatcher {

    private final Registry registry;

    // Both set while active; guarded by this.
    private Signals.@Nullable Installation installation;
    private @Nullable SignalKeeper keeper;

    /** Creates a watcher that is not active yet. */
    public MultiLoopChildWatcher() {
        this(new Registry());
    }

    MultiLoopChildWatcher(Registry registry) {
        this.registry = registry;
        Watchers.Kind.MULTILOOP.require(MultiLoopChildWatcher.class);
        LoopSignalWatcher.warnDeprecated("MultiLoopChildWatcher");
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if no event loop runs in this thread
     */
    @Override
    public void addChildHandler(long pid, ChildHandler handler) {
        adopt(pid, Loops.running(this), handler);
    }

    @Override
    public boolean isRegistered(long pid) {
        return registry.knows(pid);
    }

    @Override
    public void adopt(long pid, @Nullable EventLoop loop, ChildHandler handler) {
        Registry.checkArguments(pid, handler);
        verifyHandler();
        PendingChild pending = registry.add(pid, loop, handler);
        if (pending != null) {
            // It may have ended already, and its signal may have been handled.
            registry.check(pending);
        }
    }

    private void verifyHandler() {
        SignalKeeper kept;
        synchronized (this) {
            kept = keeper;
        }
        if (kept != null) {
            LoopSignalWatcher.repair(kept, this, this::scan);
        }
    }

    @Override
    public boolean removeChildHandler(long pid) {
        return registry.remove(pid) != null;
    }

    /** Installs the SIGCHLD handler the first time; {@code loop} does not matter. */
    @Override
    public void attachLoop(@Nullable EventLoop loop) {
        synchronized (this) {
            if (installation != null) {
                return;
            }
            Signals.Installation installed = Signals.install("CHLD", _ -> scan());
            installation = installed;
            keeper = SignalKeeper.of(installed);
        }
        scan();
    }

    @Override
    public synchronized boolean isActive() {
        return installation != null;
    }

    @Override
    public Guard enter() {
        return Guard.NONE;
    }

    /** Runs on a thread of the JVM for each signal, so that two may run at once. */
    private void scan() {
        for (PendingChild pending : registry.pending()) {
            try {
                registry.check(pending);
            } catch (RuntimeException e) {
                Registry.LOGGER.log(
                        Level.WARNING,
                        "Looking whether child " + pending.pid() + " has ended failed",
                        e);
            }
        }
    }

    /**
     * Drops the handlers of children that still run, and restores the SIGCHLD handler that was
     * installed before this watcher became active. If other code has replaced the handler
     * meanwhile, that one stays, with a warning.
     */
    @Override
    public void close() {
        registry.clear();
        Signals.Installation installed;
        SignalKeeper kept;
        synchronized (this) {
            installed = installation;
            kept = keeper;
            installation = null;
            keeper = null;
        }
        if (installed != null && kept != null && !kept.release(() -> Signals.restore(installed))) {
            Registry.LOGGER.log(
                    Level.WARNING,
                    "SIGCHLD handler was changed by outside code; MultiLoopChildWatcher leaves it");
        }
    }

    @Override
    public void reopen() {
        registry.reopen();
    }

    @Override
    public void handOver(@Nullable ChildWatcher successor, @Nullable EventLoop fallback) {
        Handover.move(registry.drain(), successor, fallback);
    }
}

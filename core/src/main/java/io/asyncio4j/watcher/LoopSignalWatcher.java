package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.SignalKeeper;
import io.asyncio4j.warning.DeprecationWarning;
import io.asyncio4j.warning.RuntimeWarning;
import io.asyncio4j.warning.Warnings;
import java.util.List;

/**
 * Base of {@link SafeChildWatcher} and {@link FastChildWatcher}: SIGCHLD wakes a loop, which then
 * looks for children that have ended.
 *
 * <pre>
 *   SIGCHLD --> loop's signal handler --> scan() --> Registry --> handler, on the same loop
 * </pre>
 *
 * <p>While no loop is attached nothing is reaped; attaching one looks for children that have ended
 * meanwhile.
 */
abstract class LoopSignalWatcher extends AbstractChildWatcher implements AdoptingChildWatcher {
    static final String SIGNAL = "CHLD";

    final Registry registry;

    private @Nullable EventLoop loop;
    private @Nullable SignalKeeper keeper;
    private Runnable atLoopClose = () -> {};

    LoopSignalWatcher(Watchers.Kind kind, Registry registry) {
        this.registry = registry;
        kind.require(getClass());
        warnDeprecated(getClass().getSimpleName());
    }

    static void warnDeprecated(String name) {
        Warnings.warn(
                DeprecationWarning.class,
                name + " is deprecated; use PidfdChildWatcher or ThreadedChildWatcher");
    }

    /** Looks for children that have ended. Called on the loop, and while it is being attached. */
    abstract void scan(EventLoop attached);

    /** Returns the loop that handlers run on, or null if none is attached or it is closed. */
    final synchronized @Nullable EventLoop attached() {
        return loop == null || loop.isClosed() ? null : loop;
    }

    @Override
    public synchronized boolean isActive() {
        return loop != null && loop.isRunning();
    }

    /**
     * Moves the watcher to {@code loop}, which must be the main thread's, and looks at once for
     * children that have ended. Detaching with handlers pending emits a {@link RuntimeWarning}.
     *
     * @throws IllegalStateException if {@code loop} is closed or not the main thread's; the watcher
     *     is then detached. Also if the loop, or the one that the watcher was attached to, is
     *     running in another thread; nothing is changed then
     */
    @Override
    public void attachLoop(@Nullable EventLoop newLoop) {
        Loops.requireHere(attached(), this, "attachLoop(...)");
        Loops.requireHere(newLoop, this, "attachLoop(...)");
        move(newLoop);
    }

    private void move(@Nullable EventLoop newLoop) {
        if (newLoop == null && attached() != null && registry.hasPending()) {
            Warnings.warn(
                    RuntimeWarning.class,
                    "A loop is being detached from a child watcher with pending handlers");
        }
        synchronized (this) {
            detach();
            if (newLoop == null) {
                return;
            }
            newLoop.addSignalHandler(SIGNAL, this::onSignal);
            keeper = SignalKeeper.ofCurrent(SIGNAL, _ -> alarm(newLoop));
            loop = newLoop;
            atLoopClose = () -> leave(newLoop);
            Loops.whenClosed(newLoop, atLoopClose);
        }
        registry.resume(newLoop);
        onSignal();
    }

    /** Detaches from a loop that was closed. */
    private synchronized void leave(EventLoop closed) {
        if (loop == closed) {
            detach();
        }
    }

    private void detach() {
        EventLoop old = loop;
        SignalKeeper kept = keeper;
        loop = null;
        keeper = null;
        if (old != null) {
            Loops.forget(old, atLoopClose);
        }
        if (old == null || kept == null) {
            return;
        }
        if (old.isRunning() && !Loops.isCurrent(old)) {
            try {
                old.callSoonThreadsafe(() -> release(kept, old));
                return;
            } catch (IllegalStateException closed) {
                // Then nothing of it is used in another thread.
            }
        }
        release(kept, old);
    }

    private static void release(SignalKeeper kept, EventLoop old) {
        // A loop that was closed has put the signal back itself.
        kept.release(old.isClosed() ? null : () -> old.removeSignalHandler(SIGNAL));
    }

    /** Wakes the loop as its own signal handler would have, had that not been replaced. */
    final void alarm(EventLoop woken) {
        try {
            woken.callSoonThreadsafe(this::onSignal);
        } catch (IllegalStateException e) {
            if (!woken.isClosed()) {
                throw e;
            }
        }
    }

    private void onSignal() {
        EventLoop current = attached();
        if (current != null) {
            guarded(current, () -> scan(current));
        }
    }

    /** Runs {@code look}, and reports its failure to the loop's exception handler. */
    final void guarded(EventLoop current, Runnable look) {
        try {
            look.run();
        } catch (Throwable e) {
            if (ExceptionContext.mustPropagate(e)) {
                throw e;
            }
            current.callExceptionHandler(
                    new ExceptionContext("Looking for children that have ended failed", e)
                            .with("source", this));
        }
    }

    /** Reinstalls a lost SIGCHLD handler and looks for the exits that it has missed. */
    final void verifyHandler() {
        SignalKeeper kept;
        synchronized (this) {
            kept = attached() == null ? null : keeper;
        }
        if (kept != null) {
            repair(kept, this, this::onSignal);
        }
    }

    /** Reinstalls a lost handler, looks for the exits that it has missed, and warns. */
    static void repair(SignalKeeper keeper, ChildWatcher watcher, Runnable look) {
        String lost = keeper.repair();
        if (lost == null) {
            return;
        }
        // Before the warning, which may be thrown.
        look.run();
        Warnings.warn(
                RuntimeWarning.class,
                "The SIGCHLD handler of "
                        + watcher.getClass().getSimpleName()
                        + " was "
                        + lost
                        + "; it is installed again");
    }

    @Override
    public boolean isRegistered(long pid) {
        return registry.knows(pid);
    }

    @Override
    public boolean removeChildHandler(long pid) {
        return registry.remove(pid) != null;
    }

    /**
     * Drops the handlers of children that still run, and detaches from the loop; from any thread.
     */
    @Override
    public void close() {
        registry.clear();
        move(null);
    }

    @Override
    public void reopen() {
        registry.reopen();
    }

    @Override
    public void handOver(@Nullable ChildWatcher successor, @Nullable EventLoop fallback) {
        EventLoop own = attached();
        EventLoop target = own == null ? fallback : own;
        Handover.move(drain(), successor, target);
        if (target != null) {
            registry.resume(target);
        }
    }

    /**
     * Removes and returns the children to hand over; a child that is being reaped is not among
     * them.
     */
    List<PendingChild> drain() {
        return registry.drain();
    }
}

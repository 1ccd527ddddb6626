package io.asyncio4j.loop;

import io.asyncio4j.Task;
import io.asyncio4j.TaskContextHook;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeThreads;
import io.asyncio4j.spi.LoopContext;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A task as an ordinary virtual thread that takes turns with the loop's thread and the other tasks:
 * one of them runs, the others are parked. For JDKs on which a loop cannot carry its tasks itself.
 *
 * <p>A task that gives up its turn determines the next turn itself, since it still has the right to
 * run. If that is a task's turn, it passes the right on directly, or continues immediately if the
 * turn is its own. The loop's thread, which is slow to wake, is needed only for callbacks and for
 * waiting.
 */
final class HandoffTask<T extends @Nullable Object> extends LoopTask<T> {

    // How often the loop tries to start a thread when the system has no carrier for it, and how
    // long it waits between two tries: a carrier is free again as soon as the thread on it parks.
    private static final int START_TRIES = 100;
    private static final long START_PAUSE_NANOS = 10_000_000;

    private static final StackWalker STACK = StackWalker.getInstance();

    private Thread thread;
    // Set by the thread when it runs, or by the caller that failed to start it.
    private AtomicBoolean begun = new AtomicBoolean();
    private final Baton baton = new Baton();

    // Like all shared state, these are used only by the thread that has the right to run.
    private boolean started;
    private @Nullable LoopContext turnContext;
    // Waits for the end of the first turn, if that is an eager one.
    private @Nullable Baton starter;

    HandoffTask(
            BaseEventLoop loop,
            Callable<T> body,
            @Nullable String name,
            long number,
            TaskContextHook.@Nullable Carried carried) {
        super(loop, body, name, number, carried);
        thread = newThread(name);
        baton.belongTo(thread);
    }

    private Thread newThread(@Nullable String name) {
        var builder = Thread.ofVirtual();
        AtomicBoolean once = begun;
        return (name == null ? builder : builder.name(name))
                .unstarted(() -> {
                    if (once.compareAndSet(false, true)) {
                        takeTurns();
                    }
                });
    }

    @Override
    Thread thread() {
        return thread;
    }

    /** Called by the loop's thread; returns when a callback is next. */
    @Override
    void passTurn() {
        LoopContext context = LoopContext.current();
        if (context == null) {
            throw new IllegalStateException("Not a turn of a running loop: " + this);
        }
        Baton loopBaton = loop.baton();
        loopBaton.belongTo(Thread.currentThread());
        if (receiveTurnInTheEnd(context)) {
            loopBaton.await();
        } else {
            failToStart();
        }
        context.setTask(null);
    }

    private boolean receiveTurnInTheEnd(LoopContext context) {
        for (int i = 0; i < START_TRIES; i++) {
            if (receiveTurn(context)) {
                return true;
            }
            LockSupport.parkNanos(this, START_PAUSE_NANOS);
        }
        return false;
    }

    @Override
    boolean startNow(LoopContext context) {
        Task<?> caller = context.task();
        Baton callerBaton;
        if (caller instanceof HandoffTask<?> task) {
            if (isPinned()) {
                // It would occupy the carrier that this task needs, if there is only one.
                return false;
            }
            callerBaton = task.baton;
        } else {
            callerBaton = loop.baton();
            callerBaton.belongTo(Thread.currentThread());
        }
        starter = callerBaton;
        if (!receiveTurn(context)) {
            starter = null;
            context.setTask(caller);
            return false;
        }
        callerBaton.await();
        context.setTask(caller);
        return true;
    }

    /**
     * Returns whether the calling thread has a native frame on its stack, as far as these are
     * visible.
     */
    private static boolean isPinned() {
        return STACK.walk(frames ->
                frames.anyMatch(frame ->
                        frame.isNativeMethod() || frame.getMethodName().equals("<clinit>")));
    }

    /** Continues this task. Returns false if it had to start and no thread is available. */
    private boolean receiveTurn(LoopContext context) {
        turnContext = context;
        context.setTask(this);
        if (started) {
            baton.give();
            return true;
        }
        started = true;
        baton.give();
        // A start may fail after the thread has been queued for a carrier; the thread then runs
        // anyway.
        if (NativeThreads.start(thread) || !begun.compareAndSet(false, true)) {
            return true;
        }
        started = false;
        begun = new AtomicBoolean();
        thread = newThread(thread.getName().isEmpty() ? null : thread.getName());
        baton.belongTo(thread);
        return false;
    }

    /**
     * Requires stack: an overflow while the turn is passed on would leave no thread with a turn, or
     * two.
     */
    @Override
    void reserveStack() {
        StackReserve.require();
    }

    @Override
    void giveTurnBack() {
        if (passTurnOn()) {
            baton.await();
            joinContext();
        }
    }

    @Override
    void leaveLoop() {
        LoopContext.leave();
        passTurnOn();
    }

    @Override
    void returnToLoop() {
        loop.turns().post(this);
        baton.await();
        joinContext();
    }

    private void takeTurns() {
        baton.await();
        joinContext();
        try {
            runBody();
        } finally {
            passTurnOn();
        }
    }

    /** Passes the turn to the next task or the loop. Returns false if this task itself is next. */
    private boolean passTurnOn() {
        LoopContext context = turnContext;
        Baton waiting = starter;
        if (waiting != null || context == null) {
            starter = null;
            (waiting == null ? loop.baton() : waiting).give();
            return true;
        }
        context.setTask(null);
        HandoffTask<?> next = loop.turns().takeTaskTurn();
        if (next == this) {
            context.setTask(this);
            return false;
        }
        if (next == null) {
            loop.baton().give();
        } else if (!next.receiveTurn(context)) {
            // Perhaps because this thread occupies the only carrier; the loop's thread does not
            // need one.
            context.setTask(null);
            loop.turns().giveBack(next);
            loop.baton().give();
        }
        return true;
    }

    /**
     * Joins the context of the turn: a loop that was stopped and runs again has another one,
     * perhaps in another thread.
     */
    private void joinContext() {
        LoopContext context = turnContext;
        if (context != null && LoopContext.current() != context) {
            LoopContext.join(context);
        }
    }
}

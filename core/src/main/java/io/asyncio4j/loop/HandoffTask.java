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
 * one of all these runs, the others are parked. For JDKs that do not let a loop carry its tasks
 * itself.
 *
 * <p>A task that gives its turn up looks itself what is next, holding the right to run anyway. Is
 * it a task's turn, it passes the right on to that one, or goes on at once if it is its own: the
 * loop's thread, whose waking would take longer than all the rest, is needed for callbacks and for
 * waiting only.
 */
final class HandoffTask<T extends @Nullable Object> extends LoopTask<T> {

    // How often the loop tries to start a thread that the system has no carrier for, and how long
    // it waits in between: a carrier is free again as soon as the thread on it parks.
    private static final int START_TRIES = 100;
    private static final long START_PAUSE_NANOS = 10_000_000;

    private static final StackWalker STACK = StackWalker.getInstance();

    private Thread thread;
    // Set by the thread when it runs, or by whom the JDK told that it will not.
    private AtomicBoolean begun = new AtomicBoolean();
    private final Baton baton = new Baton();

    // As all that is shared, these belong to whoever has the right to run.
    private boolean started;
    private @Nullable LoopContext turnContext;
    // Who waits for the first turn to end, when it is an eager one.
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

    /** Called by the loop's thread, which goes on when a callback is next. */
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
                // It would keep the carrier that this one needs, if there is but one.
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

    /** Whether the calling thread has a native frame on its stack, as far as those are shown. */
    private static boolean isPinned() {
        return STACK.walk(frames ->
                frames.anyMatch(frame ->
                        frame.isNativeMethod() || frame.getMethodName().equals("<clinit>")));
    }

    /** Lets this task go on. Returns false if it was to begin and the system gives no thread. */
    private boolean receiveTurn(LoopContext context) {
        turnContext = context;
        context.setTask(this);
        if (started) {
            baton.give();
            return true;
        }
        started = true;
        baton.give();
        // A start may fail when the thread is in the carriers' queue already, and run nevertheless.
        if (NativeThreads.start(thread) || !begun.compareAndSet(false, true)) {
            return true;
        }
        started = false;
        begun = new AtomicBoolean();
        thread = newThread(thread.getName().isEmpty() ? null : thread.getName());
        baton.belongTo(thread);
        return false;
    }

    /** Thrown while the turn is passed on, an overflow would leave nobody with a turn, or two. */
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

    /** Lets go on what is next. Returns false if that is this task itself. */
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
            // Maybe for lack of the carrier that this thread is on: the loop's thread has its own.
            context.setTask(null);
            loop.turns().giveBack(next);
            loop.baton().give();
        }
        return true;
    }

    /** A loop that was stopped and runs again has another context, and maybe another thread. */
    private void joinContext() {
        LoopContext context = turnContext;
        if (context != null && LoopContext.current() != context) {
            LoopContext.join(context);
        }
    }
}

package io.asyncio4j.loop;

import io.asyncio4j.LoopContext;
import io.asyncio4j.Task;
import io.asyncio4j.TaskContextHook;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A task as an ordinary virtual thread that takes turns with the loop's thread: one of the two
 * runs, the other is parked. For JDKs that do not let a loop carry its tasks itself.
 */
final class HandoffTask<T extends @Nullable Object> extends LoopTask<T> {

    private final Thread thread;
    private boolean started;
    private @Nullable LoopContext turnContext;

    // The baton. Whoever has the turn owns all that the loop and its tasks share; passing it on is
    // a volatile write, which the other side reads before it touches anything.
    private volatile boolean hasTurn;
    private volatile @Nullable Thread loopThread;

    HandoffTask(
            BaseEventLoop loop,
            Callable<T> body,
            @Nullable String name,
            long number,
            TaskContextHook.@Nullable Carried carried) {
        super(loop, body, name, number, carried);
        var builder = Thread.ofVirtual();
        thread = (name == null ? builder : builder.name(name)).unstarted(this::takeTurns);
    }

    @Override
    Thread thread() {
        return thread;
    }

    @Override
    void passTurn() {
        LoopContext context = LoopContext.current();
        if (context == null) {
            throw new IllegalStateException("Not a turn of a running loop: " + this);
        }
        passTurn(context);
    }

    @Override
    boolean startNow(LoopContext context) {
        passTurn(context);
        return true;
    }

    private void passTurn(LoopContext context) {
        Task<?> starter = context.task(); // null when it is the loop, a task when it starts another
        loopThread = Thread.currentThread();
        turnContext = context;
        context.setTask(this);
        hasTurn = true;
        if (started) {
            LockSupport.unpark(thread);
        } else {
            started = true;
            thread.start();
        }
        boolean interrupted = false;
        while (hasTurn) {
            LockSupport.park();
            interrupted |= Thread.interrupted();
        }
        context.setTask(starter);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    void giveTurnBack() {
        passBack();
        boolean interrupted = false;
        while (!hasTurn) {
            LockSupport.park();
            interrupted |= Thread.interrupted();
        }
        joinContext();
        if (interrupted) {
            thread.interrupt();
        }
    }

    private void takeTurns() {
        joinContext();
        try {
            runBody();
        } finally {
            passBack();
        }
    }

    /** A loop that was stopped and runs again has another context, and maybe another thread. */
    private void joinContext() {
        LoopContext context = turnContext;
        if (context != null && LoopContext.current() != context) {
            LoopContext.join(context);
        }
    }

    private void passBack() {
        Thread loopsThread = loopThread;
        hasTurn = false;
        LockSupport.unpark(loopsThread);
    }
}

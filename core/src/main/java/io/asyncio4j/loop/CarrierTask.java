package io.asyncio4j.loop;

import io.asyncio4j.LoopContext;
import io.asyncio4j.TaskContextHook;
import io.asyncio4j.os.VirtualThreads;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A task whose virtual thread is carried by the loop's own platform thread.
 *
 * <p>The task is the scheduler of its thread, so that whoever makes the thread runnable says by
 * that which task it is. Threads that the task's code starts inherit the scheduler, which sends
 * them on to {@link ChildThreads}.
 */
class CarrierTask<T extends @Nullable Object> extends LoopTask<T> implements Executor {

    /** A turn of a thread that was blocked in the JDK, not in an await. */
    record Unblocked(CarrierTask<?> task, Runnable continuation) implements Runnable {
        @Override
        public void run() {
            task.loop.trampoline().mount(task, continuation);
        }
    }

    private final Thread thread;
    private boolean hasTurn;

    // Set by the thread's start; volatile for whoever unparks a thread that this one has started.
    private volatile @Nullable Runnable continuation;

    CarrierTask(
            BaseEventLoop loop,
            Callable<T> body,
            @Nullable String name,
            long number,
            TaskContextHook.@Nullable Carried carried) {
        super(loop, body, name, number, carried);
        thread = VirtualThreads.newThread(this, name, this::runBody);
    }

    @Override
    Thread thread() {
        return thread;
    }

    @Override
    void passTurn() {
        loop.trampoline().resume(this);
    }

    @Override
    boolean startNow(LoopContext context) {
        return loop.trampoline().startNow(this, (CarrierTask<?>) context.task());
    }

    /** Makes the thread runnable, which calls {@link #execute} unless somebody else was faster. */
    void unpark() {
        hasTurn = true;
        if (continuation == null) {
            thread.start();
        } else {
            LockSupport.unpark(thread);
        }
    }

    @Override
    void giveTurnBack() {
        hasTurn = false;
        boolean interrupted = false;
        while (!hasTurn) {
            LockSupport.park();
            if (Thread.interrupted()) {
                interrupted = true;
                interrupted();
            }
        }
        if (interrupted) {
            thread.interrupt();
        }
    }

    /** Called when the thread was interrupted while it waits for a turn. */
    void interrupted() {}

    /** Called in any thread, also after the loop was closed, and must not throw. */
    @Override
    public void execute(Runnable runnable) {
        if (continuation == null) {
            continuation = runnable;
        } else if (continuation != runnable) {
            ChildThreads.carry(runnable);
            return;
        }
        Trampoline trampoline = loop.trampoline();
        if (trampoline.offer(this, runnable)) {
            return;
        }
        var turn = new Unblocked(this, runnable);
        if (trampoline.isCarrying()) {
            loop.turns().enqueue(turn);
        } else {
            loop.turns().post(turn);
            trampoline.wakeIfIdle();
        }
    }
}

package io.asyncio4j.loop;

import io.asyncio4j.TaskContextHook;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.VirtualThreads;
import io.asyncio4j.spi.LoopContext;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;

/**
 * A task whose virtual thread is carried by the loop's own platform thread.
 *
 * <pre>
 *   suspended --turn comes--> running --parked by the JDK--> held --unparked--> running
 *       ^                     |  ^  |                         |
 *       +-------await---------+  |  |               grace over: let go --unparked--> queued
 *                                |  +--blocking--> outside --code ends--> queued
 *                                +-------------------turn comes-----------------+
 * </pre>
 *
 * <p>The task is the scheduler of its thread, so that a call of the scheduler identifies the task.
 * Threads that the task's code starts inherit the scheduler, which passes them to {@link
 * ChildThreads}.
 */
class CarrierTask<T extends @Nullable Object> extends LoopTask<T> implements Executor {

    /** A turn of a thread that was let go or returns from outside, not one that ends an await. */
    record Unblocked(CarrierTask<?> task, Runnable continuation) implements Runnable {
        @Override
        public void run() {
            task.unblocked = null;
            task.loop.trampoline().mount(task, continuation);
        }
    }

    private enum Place {
        /** In an await, or otherwise without a turn. */
        SUSPENDED,
        /** In a turn, even while the JDK has parked the thread. */
        RUNNING,
        /** In code that may block, carried outside of the loop. */
        OUTSIDE,
        /** Returning from there. */
        RETURNING
    }

    private static final Runnable LET_GO = () -> {};
    private static final VarHandle UNBLOCKED;

    static {
        try {
            UNBLOCKED =
                    MethodHandles.lookup()
                            .findVarHandle(CarrierTask.class, "unblocked", Runnable.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Thread thread;

    // Set by the thread itself before it parks, and read by the thread that unparks it.
    private Place place = Place.SUSPENDED;

    // Whether a suspended task has been given its turn, even if its thread does not run yet.
    private boolean hasTurn;

    // Set when the thread starts; volatile for code that unparks a thread that this one has
    // started.
    private volatile @Nullable Runnable continuation;

    // While the loop is held: null, then the continuation or LET_GO, whichever comes first.
    private volatile @Nullable Runnable unblocked;

    CarrierTask(
            BaseEventLoop loop,
            Callable<T> body,
            @Nullable String name,
            long number,
            TaskContextHook.@Nullable Carried carried) {
        super(loop, body, name, number, carried);
        thread = VirtualThreads.newThread(this, name, this::runThread);
    }

    private void runThread() {
        try {
            runBody();
        } finally {
            place = Place.SUSPENDED;
        }
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

    /**
     * Makes the thread runnable, which calls {@link #execute} unless other code has unparked it
     * first.
     */
    void unpark() {
        hasTurn = true;
        if (continuation == null) {
            thread.start();
        } else {
            LockSupport.unpark(thread);
        }
    }

    @Override
    void begin() {
        place = Place.RUNNING;
    }

    @Override
    void giveTurnBack() {
        hasTurn = false;
        place = Place.SUSPENDED;
        boolean interrupted = false;
        while (!hasTurn) {
            LockSupport.park();
            if (Thread.interrupted()) {
                interrupted = true;
                interrupted();
            }
        }
        place = Place.RUNNING;
        if (interrupted) {
            thread.interrupt();
        }
    }

    /** Called when the thread was interrupted while waiting for a turn. */
    void interrupted() {}

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // relies on this class being the scheduler
    void leaveLoop() {
        place = Place.OUTSIDE;
        Thread.yield();
        if (loop.trampoline().isCarrying()) {
            place = Place.RUNNING; // below a native frame it cannot yield, and holds the loop
        }
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // as above
    void returnToLoop() {
        if (place == Place.RUNNING) {
            return;
        }
        place = Place.RETURNING;
        do {
            Thread.yield();
        } while (!loop.trampoline().isCarrying());
        place = Place.RUNNING;
    }

    // While the loop is held for this task. Called by the platform thread.

    /** Returns whether the thread has stopped running without giving the turn back. */
    boolean keepsTurn() {
        return place == Place.RUNNING;
    }

    /** Returns whether the thread can continue. */
    boolean isUnblocked() {
        return unblocked != null;
    }

    /** Takes the continuation of a thread that can continue, or null if it cannot yet. */
    @Nullable
    Runnable takeUnblocked() {
        Runnable taken = unblocked;
        if (taken != null) {
            unblocked = null;
        }
        return taken;
    }

    /** Makes the thread wait for a turn of its own; returns false if it can already continue. */
    boolean letGo() {
        return UNBLOCKED.compareAndSet(this, (Runnable) null, LET_GO);
    }

    /** Called in any thread, even after the loop was closed; must not throw. */
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
        if (place == Place.OUTSIDE) {
            ChildThreads.carry(runnable);
            return;
        }
        if (place == Place.RUNNING && UNBLOCKED.compareAndSet(this, (Runnable) null, runnable)) {
            trampoline.wakeIfIdle();
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

package io.asyncio4j.loop;

import io.asyncio4j.LoopContext;
import io.asyncio4j.Task;
import io.asyncio4j.os.VirtualThreads;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Runs a loop and its tasks on one platform thread, in carrier mode.
 *
 * <pre>
 *   platform thread          loop (virtual thread)         task (virtual thread)
 *   ---------------          ---------------------         ---------------------
 *   mounts the loop   --->   runs callbacks in turn
 *                            a task's turn: hand(), yield
 *   mounts the task   ------------------------------->     runs until it awaits, parks
 *   mounts the loop   --->   the next in turn
 * </pre>
 *
 * <p>Why the loop is a virtual thread too: a callback may want a lock that is held by a task which
 * is blocked in the JDK. Blocked on the platform thread, it would hold up the very thread that the
 * task needs in order to go on and let go of the lock. A virtual thread parks instead, and until it
 * is unparked the platform thread runs whichever tasks can go on.
 */
final class Trampoline implements Executor {

    private final BaseEventLoop loop;

    // Used by the platform thread and by what it carries.
    private @Nullable Thread carrier;
    private @Nullable Thread loopThread;
    private @Nullable CarrierTask<?> resuming;
    private @Nullable Runnable handed;
    private @Nullable Task<?> handedTask;

    // The scheduler of the loop's thread, called by whoever unparks it.
    private volatile @Nullable Runnable loopContinuation;
    private volatile boolean idle;

    Trampoline(BaseEventLoop loop) {
        this.loop = loop;
    }

    /** Runs {@code body} as the loop, in this platform thread, until it returns. */
    void run(Runnable body) {
        Thread caller = Thread.currentThread();
        if (!caller.isVirtual()) {
            LoopContext context = LoopContext.enter(loop, caller);
            try {
                carry(context, body);
            } finally {
                LoopContext.leave();
            }
            return;
        }
        // A virtual thread cannot carry others.
        var outcome = new Outcome(body);
        Thread platform =
                Thread.ofPlatform()
                        .name("asyncio4j-carrier")
                        .daemon()
                        .start(() -> {
                            LoopContext context = LoopContext.enter(loop, caller);
                            carry(context, outcome);
                        });
        boolean interrupted = false;
        while (true) {
            try {
                platform.join();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            caller.interrupt();
        }
        outcome.rethrow();
    }

    private void carry(LoopContext context, Runnable body) {
        carrier = Thread.currentThread();
        var outcome = new Outcome(body);
        Thread mounted = VirtualThreads.newThread(this, "asyncio4j-loop", outcome);
        loopThread = mounted;
        mounted.start();
        while (!outcome.done) {
            Runnable task = handed;
            Runnable continuation;
            if (task != null) {
                handed = null;
                context.setTask(handedTask);
                task.run();
                context.setTask(null);
            } else if ((continuation = loopContinuation) != null) {
                loopContinuation = null;
                continuation.run();
            } else {
                runTaskOrPark();
            }
        }
        loopThread = null;
        carrier = null;
        outcome.rethrow();
    }

    /** The loop is parked on somebody's lock: lets a task go on that may hold it. */
    private void runTaskOrPark() {
        Runnable step = loop.stealTaskStep();
        if (step != null) {
            step.run();
            return;
        }
        idle = true;
        if (loopContinuation == null && loop.noMail()) {
            LockSupport.park(this);
        }
        idle = false;
    }

    /** Schedules the loop's own thread. */
    @Override
    public void execute(Runnable continuation) {
        loopContinuation = continuation;
        wakeIfIdle();
    }

    /** Wakes the platform thread if the loop is parked and no task could go on. */
    void wakeIfIdle() {
        if (idle) {
            LockSupport.unpark(carrier);
        }
    }

    /** Returns whether the current thread may touch the loop's queues. */
    boolean isCarrying() {
        Thread platform = carrier;
        return platform != null && VirtualThreads.currentCarrier() == platform;
    }

    /** Makes {@code task} go on; called when its turn comes. */
    void resume(CarrierTask<?> task) {
        resuming = task;
        task.unpark();
        resuming = null;
        giveWay();
    }

    /** Makes a thread of {@code task}'s scheduler go on, that was blocked in the JDK. */
    void resume(@Nullable Task<?> task, Runnable continuation) {
        handed = continuation;
        handedTask = task;
        giveWay();
    }

    /** Takes the continuation of the task that is being resumed; false if it is another's. */
    boolean offer(CarrierTask<?> task, Runnable continuation) {
        if (resuming != task) {
            return false;
        }
        Thread current = Thread.currentThread();
        if (current != loopThread && current != carrier) {
            return false;
        }
        handed = continuation;
        handedTask = task;
        return true;
    }

    private void giveWay() {
        if (Thread.currentThread() == loopThread) {
            while (handed != null) {
                Thread.yield();
            }
        }
    }

    /** Runs a body and keeps what it throws for the thread that waits for it. */
    private static final class Outcome implements Runnable {
        private final Runnable body;
        private @Nullable Throwable failure;
        private volatile boolean done;

        Outcome(Runnable body) {
            this.body = body;
        }

        @Override
        public void run() {
            try {
                body.run();
            } catch (Throwable e) {
                failure = e;
            }
            done = true;
        }

        void rethrow() {
            if (failure instanceof RuntimeException e) {
                throw e;
            }
            if (failure instanceof Error e) {
                throw e;
            }
        }
    }
}

package io.asyncio4j.loop;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.VirtualThreads;
import io.asyncio4j.spi.LoopContext;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Runs a loop and its tasks on one platform thread, in carrier mode.
 *
 * <pre>
 *   platform thread          loop (virtual thread)          task (virtual thread)
 *   ---------------          ---------------------          ---------------------
 *   mounts the loop   ---->  runs callbacks in turn
 *                            a task is next: yields
 *   takes over the queue
 *   mounts the task   ----------------------------------->  runs until it awaits, parks
 *   mounts the next task ...
 *   a callback is next,
 *   mounts the loop   ---->  continues with the queue
 * </pre>
 *
 * <p>Callbacks run in a virtual thread, too, because a callback may need a lock that a task holds
 * which is blocked in the JDK. If the callback blocked the platform thread, the task could not
 * continue and release the lock; a virtual thread parks instead. Tasks are not mounted by the
 * loop's thread, because switching there and back would double the cost of a step.
 *
 * <p>A task or callback that is parked by the JDK holds the loop: the platform thread waits for it
 * only, since nothing else may run between two awaits. When the {@link BlockingGrace} has passed,
 * the platform thread continues without it: the task must then wait for another turn; and while a
 * callback is parked, all tasks that can continue are run.
 */
final class Trampoline {

    private final BaseEventLoop loop;

    // Used by the platform thread and by what it carries.
    private @Nullable Thread carrier;
    private @Nullable LoopContext context;
    private boolean tasksWanted;
    private @Nullable CarrierTask<?> resuming;
    private @Nullable Runnable offered;
    private @Nullable CarrierTask<?> starting;
    private boolean polling;

    // The continuation of the loop's thread when it can run; set by the thread that unparks it.
    private volatile @Nullable Runnable loopContinuation;
    private volatile boolean idle;

    Trampoline(BaseEventLoop loop) {
        this.loop = loop;
    }

    /** Runs {@code body} as the loop, in this platform thread, until it returns. */
    void run(Runnable body) {
        Thread caller = Thread.currentThread();
        var outcome = new LoopBody(body);
        InterruptHook hook = loop.installInterruptHook();
        try {
            if (caller.isVirtual()) {
                runOnAnotherThread(outcome, caller);
            } else {
                carry(outcome, caller);
            }
        } finally {
            loop.removeInterruptHook(hook, outcome.interrupted);
        }
        outcome.rethrow();
    }

    /** Runs the loop on a new platform thread, since a virtual thread cannot carry others. */
    private void runOnAnotherThread(LoopBody outcome, Thread caller) {
        Thread platform =
                Thread.ofPlatform()
                        .name("asyncio4j-carrier")
                        .daemon()
                        .start(() -> carry(outcome, caller));
        boolean interrupted = false;
        while (platform.isAlive()) {
            try {
                platform.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            caller.interrupt();
        }
    }

    private void carry(LoopBody outcome, Thread caller) {
        try {
            context = LoopContext.enter(loop, caller);
            carrier = Thread.currentThread();
            Thread loopThread =
                    VirtualThreads.newThread(new LoopScheduler(), "asyncio4j-loop", outcome);
            loopThread.start();
            boolean letGo = false;
            while (!outcome.done) {
                Runnable continuation = loopContinuation;
                if (continuation == null) {
                    if (letGo || polling) {
                        runTaskOrPark();
                    } else if (!holdUntil(() -> loopContinuation != null)) {
                        letGo = true;
                        loop.blockingGrace().reportOver("A callback", loopThread);
                    }
                    continue;
                }
                letGo = false;
                CarrierTask<?> started = takeStarting();
                if (started != null) {
                    resume(started); // for a callback, which has yielded
                } else if (tasksWanted) {
                    loop.turns().runTaskTurns();
                    tasksWanted = false;
                }
                loopContinuation = null;
                continuation.run();
            }
        } finally {
            carrier = null;
            context = null;
            LoopContext.leave();
        }
    }

    /** Makes the platform thread run the queue until a callback is next. Called by the loop. */
    @SuppressWarnings("ThreadPriorityCheck") // relies on this class being the scheduler
    void runTasks() {
        tasksWanted = true;
        while (tasksWanted) {
            Thread.yield();
        }
    }

    /** Sets whether the loop, when parked, waits for I/O. Called by the loop. */
    void setPolling(boolean waiting) {
        polling = waiting;
    }

    /**
     * Waits until {@code unblocked} is true, at most for the grace; {@link #wakeIfIdle} is called
     * after it has become true. Returns whether it is.
     */
    private boolean holdUntil(BooleanSupplier unblocked) {
        long grace = loop.blockingGrace().nanos();
        long start = System.nanoTime();
        boolean interrupted = false;
        boolean over = false;
        idle = true;
        while (!unblocked.getAsBoolean() && !over) {
            if (grace == BlockingGrace.FOR_EVER) {
                LockSupport.park(this);
            } else {
                long left = grace - (System.nanoTime() - start);
                over = left <= 0;
                if (!over) {
                    LockSupport.parkNanos(this, left);
                }
            }
            interrupted |= Thread.interrupted(); // otherwise the next park would return immediately
        }
        idle = false;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !over;
    }

    /**
     * Waits for {@code task}, which is parked in its turn; returns null if it must wait for another
     * turn.
     */
    private @Nullable Runnable hold(CarrierTask<?> task) {
        if (!task.isUnblocked() && !holdUntil(task::isUnblocked) && task.letGo()) {
            loop.blockingGrace().reportOver(task, task.thread());
            return null;
        }
        return task.takeUnblocked();
    }

    /** Called when the loop is parked on a lock: continues a task that may hold the lock. */
    private void runTaskOrPark() {
        Runnable turn = loop.turns().stealTaskTurn();
        if (turn != null) {
            turn.run();
            return;
        }
        idle = true;
        boolean interrupted = Thread.interrupted(); // every park would return immediately
        if (loopContinuation == null && loop.turns().noMail()) {
            LockSupport.park(this);
        }
        idle = false;
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Wakes the platform thread if it waits for the loop, or a task, to be unparked. */
    void wakeIfIdle() {
        if (idle) {
            LockSupport.unpark(carrier);
        }
    }

    /** Returns whether the current thread may use the loop's queues. */
    boolean isCarrying() {
        Thread platform = carrier;
        return platform != null && VirtualThreads.currentCarrier() == platform;
    }

    /** Gives {@code task} a turn. Called by the platform thread. */
    void resume(CarrierTask<?> task) {
        resuming = task;
        task.unpark();
        resuming = null;
        Runnable continuation = offered;
        if (continuation != null) {
            offered = null;
            mount(task, continuation);
        }
    }

    /**
     * Takes the continuation of the task that is being resumed. Returns false if it belongs to
     * another task: then other code has unparked that task's thread, which must wait for a turn of
     * its own.
     */
    boolean offer(CarrierTask<?> task, Runnable continuation) {
        if (resuming != task || Thread.currentThread() != carrier) {
            return false;
        }
        offered = continuation;
        return true;
    }

    /** Runs {@code task}'s thread until it gives its turn back. Called by the platform thread. */
    void mount(CarrierTask<?> task, Runnable continuation) {
        LoopContext current = context;
        if (current == null) {
            throw new IllegalStateException("Not running: " + loop);
        }
        current.setTask(task);
        continuation.run();
        if (task.keepsTurn()) {
            continueTurn(task, current); // apart, for the JIT: few turns need it
        }
        current.setTask(null);
    }

    /** Continues a turn that the thread has left without giving it back. */
    private void continueTurn(CarrierTask<?> task, LoopContext current) {
        do {
            CarrierTask<?> started = takeStarting();
            Runnable next = started == null ? hold(task) : runStarted(started);
            if (next == null) {
                return;
            }
            current.setTask(task);
            next.run();
        } while (task.keepsTurn());
    }

    /**
     * Runs the first turn of {@code started}, and returns the continuation of the thread that
     * yielded for it.
     */
    private Runnable runStarted(CarrierTask<?> started) {
        Runnable starter = Objects.requireNonNull(offered);
        offered = null;
        resuming = null;
        resume(started);
        return starter;
    }

    /**
     * Gives {@code task} its first turn before the calling thread continues: the thread of {@code
     * starter}, or the loop's if null. Returns false if that thread cannot yield because of a
     * native frame on its stack.
     */
    @SuppressWarnings("ThreadPriorityCheck") // as above
    boolean startNow(CarrierTask<?> task, @Nullable CarrierTask<?> starter) {
        starting = task;
        resuming = starter;
        Thread.yield();
        if (starting == task) {
            starting = null;
            resuming = null;
            return false;
        }
        return true;
    }

    private @Nullable CarrierTask<?> takeStarting() {
        CarrierTask<?> started = starting;
        starting = null;
        return started;
    }

    /** The scheduler of the loop's thread, for one run. Threads that callbacks start inherit it. */
    private final class LoopScheduler implements Executor {
        private volatile @Nullable Runnable own;

        /** Called when the thread is unparked, in any thread. */
        @Override
        public void execute(Runnable continuation) {
            if (own == null) {
                own = continuation;
            } else if (own != continuation) {
                ChildThreads.carry(continuation);
                return;
            }
            loopContinuation = continuation;
            wakeIfIdle();
        }
    }

    /** Runs a body and keeps what it throws for the thread that waits for it. */
    private static final class LoopBody implements Runnable {
        private final Runnable body;
        private @Nullable Throwable failure;
        private boolean interrupted;
        private volatile boolean done;

        LoopBody(Runnable body) {
            this.body = body;
        }

        @Override
        public void run() {
            try {
                body.run();
            } catch (Throwable e) {
                failure = e;
            }
            interrupted = Thread.currentThread().isInterrupted();
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

package io.asyncio4j.loop;

import io.asyncio4j.ExceptionContext;
import io.asyncio4j.TimerHandle;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.LoopContext;
import java.io.IOException;
import java.util.Objects;

/**
 * Decides what runs next: the queue of a loop's turns, and the iterations that run them.
 *
 * <pre>
 *   inbox (other threads) ---+
 *   poll: ready descriptors -+--> ready queue --> run those that were there when the iteration began
 *   timers that are due -----+         ^                       |
 *                                      +------- callSoon ------+
 * </pre>
 *
 * <p>A turn is a callback or the next step of a task. Except for {@link #post}, {@link #isRunning}
 * and {@link #runner}, everything here is used by one thread at a time: the loop's thread, or a
 * thread that it carries or has handed its turn to.
 */
final class Turns {

    private final BaseEventLoop loop;
    private final TurnTimer watch;

    private final ReadyQueue ready = new ReadyQueue();
    private final TimerQueue timers = new TimerQueue();
    private final Inbox inbox = new Inbox();

    private volatile @Nullable Thread runner;
    private boolean stopping;
    private int turnsLeft;
    private @Nullable Throwable fatal;
    private @Nullable Throwable lastFatal;
    private boolean debug = Boolean.getBoolean("asyncio4j.debug");

    Turns(BaseEventLoop loop, TurnTimer watch) {
        this.loop = loop;
        this.watch = watch;
    }

    // Scheduling

    /** Schedules {@code job} at the end of the ready queue. */
    void enqueue(Runnable job) {
        if (!inbox.isEmpty()) {
            inbox.drainTo(ready); // these were scheduled before
        }
        ready.add(job);
    }

    /** Schedules {@code job} from any thread. If the loop is closed, the job never runs. */
    void post(Runnable job) {
        if (inbox.push(job)) {
            loop.wakeUp();
        }
    }

    TimerHandle addTimer(long when, Runnable callback) {
        return timers.add(when, callback, loop);
    }

    /** Returns whether both queues are empty; other threads may be adding to the inbox. */
    boolean isIdle() {
        return ready.isEmpty() && inbox.isEmpty();
    }

    boolean noMail() {
        return inbox.isEmpty();
    }

    /** Takes a turn of a task out of the queue, while the loop itself cannot run. */
    @Nullable
    Runnable stealTaskTurn() {
        inbox.drainTo(ready);
        Runnable turn = ready.steal(CarrierTask.Unblocked.class);
        return turn != null ? turn : ready.steal(LoopTask.class);
    }

    /** Drops all scheduled jobs. */
    void clear() {
        inbox.clear();
        ready.clear();
        timers.clear();
    }

    // State

    /** Returns the thread that runs the loop, null while none does. */
    @Nullable
    Thread runner() {
        return runner;
    }

    boolean isRunning() {
        return runner != null;
    }

    boolean debug() {
        return debug;
    }

    void setDebug(boolean enabled) {
        if (isRunning() && enabled != debug) {
            if (enabled) {
                Watchdog.add(watch);
            } else {
                Watchdog.remove(watch);
            }
        }
        debug = enabled;
    }

    /**
     * Ends {@link #run} after this iteration; if it is not running, the next run does one
     * iteration.
     */
    void stop() {
        stopping = true;
    }

    /**
     * Ends {@link #run} with {@code e} after the current turn. Does so once, although {@code e} may
     * reach several tasks that await each other.
     */
    void propagate(Throwable e) {
        if (e != lastFatal) {
            lastFatal = e;
            fatal = e;
            stop();
        }
    }

    // Running

    /** Iterates until {@link #stop} is called, in the context of the loop. */
    void run() {
        runner = Objects.requireNonNull(LoopContext.current()).thread();
        try {
            if (debug) {
                Watchdog.add(watch);
            }
            beginIteration();
            while (work(false)) {
                loop.trampoline().runTasks();
            }
            Throwable e = fatal;
            fatal = null;
            if (e instanceof Error error) {
                throw error;
            }
            if (e instanceof RuntimeException unchecked) {
                throw unchecked;
            }
        } finally {
            if (debug) {
                Watchdog.remove(watch);
            }
            stopping = false;
            runner = null;
        }
    }

    /** Runs the queue until a callback is next, in carrier mode. */
    void runTaskTurns() {
        try {
            work(true);
        } catch (Throwable e) {
            propagate(e);
        }
    }

    /**
     * Runs one job after the other, iteration after iteration, until the loop must stop. In carrier
     * mode the platform thread runs turns of tasks, and the loop's virtual thread runs callbacks.
     *
     * @return false when the loop must stop, true if the other thread must run the next job
     */
    private boolean work(boolean byCarrier) {
        while (true) {
            while (turnsLeft > 0) {
                if (fatal != null) {
                    return false;
                }
                if (isCarrierTurn(ready.peek()) != byCarrier) {
                    return true;
                }
                turnsLeft--;
                Runnable job = ready.remove();
                if (job == null) {
                    continue;
                }
                if (debug) {
                    watch.run(job);
                } else {
                    job.run();
                }
            }
            if (stopping) {
                return false;
            }
            beginIteration();
        }
    }

    private static boolean isCarrierTurn(@Nullable Runnable job) {
        return job instanceof CarrierTask || job instanceof CarrierTask.Unblocked;
    }

    /**
     * Takes the next job if it is a task's turn. Used in hand-off mode, where a thread that gives
     * up its turn determines the next one. Returns null if the loop's thread must continue: for a
     * callback, to wait, to stop, and in debug mode, where it measures each turn.
     */
    @Nullable
    HandoffTask<?> takeTaskTurn() {
        try {
            while (!debug && fatal == null) {
                if (turnsLeft > 0) {
                    if (!(ready.peek() instanceof HandoffTask<?> task)) {
                        return null;
                    }
                    turnsLeft--;
                    ready.remove();
                    return task;
                }
                if (stopping || isIdle() || (loop.isPollConfined() && loop.hasIo())) {
                    return null;
                }
                beginIteration();
            }
        } catch (Throwable e) {
            propagate(e);
        }
        return null;
    }

    /** Puts back what {@link #takeTaskTurn} returned, for the loop's thread. */
    void giveBack(HandoffTask<?> task) {
        ready.addFirst(task);
        turnsLeft++;
    }

    private void beginIteration() {
        pollIo();
        inbox.drainTo(ready);
        if (!timers.isEmpty()) {
            long now = loop.time();
            for (TimerHandle due; (due = timers.pollDue(now)) != null; ) {
                ready.add(due);
            }
        }
        turnsLeft = ready.size();
    }

    private void pollIo() {
        // The interrupt status is for the callbacks: if it stayed set, it would end each wait
        // immediately.
        boolean interrupted = Thread.interrupted();
        try {
            if (stopping || !isIdle()) {
                if (loop.hasIo()) {
                    loop.poll(0);
                }
                return;
            }
            long timeout = nanosToNextTimer();
            if (timeout != 0 && !inbox.goToSleep()) {
                timeout = 0;
            }
            loop.trampoline().setPolling(true);
            if (timeout == 0) {
                loop.poll(0);
            } else {
                interrupted = waitForIo(timeout, interrupted);
            }
        } catch (IOException e) {
            loop.callExceptionHandler(new ExceptionContext("Waiting for I/O failed in " + loop, e));
        } finally {
            loop.trampoline().setPolling(false);
            inbox.awake();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Waits, with the interrupt status of the current thread clear.
     *
     * @param status the interrupt status before the wait
     * @return the interrupt status to set after it
     */
    private boolean waitForIo(long timeout, boolean status) throws IOException {
        InterruptHook hook = loop.interruptHook();
        if (hook == null) {
            loop.poll(timeout);
            return status | Thread.interrupted();
        }
        hook.beforeWait(status);
        loop.poll(timeout);
        if (loop.isPollInterruptible()) {
            hook.afterInterruptibleWait(isIdle() && nanosToNextTimer() != 0);
        }
        boolean after = status | Thread.interrupted();
        hook.afterWait(after);
        return after;
    }

    /** Returns 0 if a timer is due, -1 if there is none. */
    private long nanosToNextTimer() {
        if (timers.isEmpty()) {
            return -1;
        }
        long deadline = timers.nextDeadline();
        long now = loop.time();
        return deadline <= now ? 0 : deadline - now;
    }
}

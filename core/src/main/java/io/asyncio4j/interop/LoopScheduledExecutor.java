package io.asyncio4j.interop;

import io.asyncio4j.EventLoop;
import io.asyncio4j.TimerHandle;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.LoopContext;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A loop as the JDK's {@link ScheduledExecutorService}; see {@link EventLoop#asScheduledExecutor}.
 *
 * <pre>
 *   submitted --accept()--> waiting --begin()--> running --end()--> over, or waiting again
 *       |                      |
 *       +-- shut down:         +-- cancelled, or dropped by shutdownNow: over
 *           rejected
 * </pre>
 *
 * <p>One lock guards each of these steps, so that work is either rejected, dropped, or run before
 * the executor has terminated.
 */
public final class LoopScheduledExecutor extends AbstractExecutorService
        implements ScheduledExecutorService {

    private final EventLoop loop;
    private final CountDownLatch terminated = new CountDownLatch(1);
    private final Runnable loopClosed = this::cancelAll;
    private final Object lock = new Object();
    // Guarded by the lock.
    private final Set<Work> waiting = new LinkedHashSet<>();
    private int running;
    private boolean shutdown;

    /** Creates the executor of {@code loop}. For authors of event loops. */
    public LoopScheduledExecutor(EventLoop loop) {
        this.loop = loop;
        loop.addCloseCallback(loopClosed);
    }

    /** Accepted work; compared by identity. */
    private interface Work extends Runnable {

        /** Returns the command that {@link #shutdownNow} returns for this. */
        Runnable submitted();

        /** Called when the executor was shut down before this has ended. */
        void stop(boolean now);
    }

    @Override
    public void execute(Runnable command) {
        var once = new Once(Objects.requireNonNull(command, "command"));
        submit(once, once);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(Executors.callable(command), delay, unit);
    }

    @Override
    public <V extends @Nullable Object> ScheduledFuture<V> schedule(
            Callable<V> callable, long delay, TimeUnit unit) {
        return submit(new Timed<>(callable, deadlineAfter(unit.toNanos(delay)), 0));
    }

    @Override
    public ScheduledFuture<?> scheduleAtFixedRate(
            Runnable command, long initialDelay, long period, TimeUnit unit) {
        return repeat(command, initialDelay, positive(unit.toNanos(period)), unit);
    }

    @Override
    public ScheduledFuture<?> scheduleWithFixedDelay(
            Runnable command, long initialDelay, long delay, TimeUnit unit) {
        return repeat(command, initialDelay, -positive(unit.toNanos(delay)), unit);
    }

    private ScheduledFuture<?> repeat(
            Runnable command, long initialDelay, long period, TimeUnit unit) {
        return submit(
                new Timed<>(
                        Executors.callable(command),
                        deadlineAfter(unit.toNanos(initialDelay)),
                        period));
    }

    private static long positive(long period) {
        if (period <= 0) {
            throw new IllegalArgumentException("The period must be positive: " + period + " ns");
        }
        return period;
    }

    private long deadlineAfter(long nanos) {
        return saturated(loop.time(), nanos);
    }

    private static long saturated(long time, long nanos) {
        long sum = time + nanos;
        return nanos > 0 && sum < time ? Long.MAX_VALUE : sum;
    }

    private <V extends @Nullable Object> Timed<V> submit(Timed<V> timed) {
        submit(timed, timed::arm);
        return timed;
    }

    private void submit(Work work, Runnable onLoop) {
        accept(work);
        try {
            loop.callSoonThreadsafe(onLoop);
        } catch (IllegalStateException closed) {
            forget(work);
            throw new RejectedExecutionException(closed);
        }
    }

    private void accept(Work work) {
        synchronized (lock) {
            if (shutdown) {
                throw new RejectedExecutionException("The executor is shut down: " + this);
            }
            waiting.add(work);
        }
    }

    /** Returns whether {@code work} may run now. */
    private boolean begin(Work work) {
        synchronized (lock) {
            if (!waiting.remove(work)) {
                return false;
            }
            running++;
            return true;
        }
    }

    /** Ends a run; returns whether {@code work} waits again, as it {@code wants}. */
    private boolean end(Work work, boolean wants) {
        synchronized (lock) {
            running--;
            boolean again = wants && !shutdown;
            if (again) {
                waiting.add(work);
            }
            terminateIfDone();
            return again;
        }
    }

    private void forget(Work work) {
        synchronized (lock) {
            if (waiting.remove(work)) {
                terminateIfDone();
            }
        }
    }

    private void terminateIfDone() {
        if (shutdown && waiting.isEmpty() && running == 0) {
            terminated.countDown();
            loop.removeCloseCallback(loopClosed);
        }
    }

    @Override
    public void shutdown() {
        List<Work> left;
        synchronized (lock) {
            shutdown = true;
            left = List.copyOf(waiting);
            terminateIfDone();
        }
        left.forEach(each -> each.stop(false));
    }

    @Override
    public List<Runnable> shutdownNow() {
        List<Work> dropped;
        synchronized (lock) {
            shutdown = true;
            dropped = List.copyOf(waiting);
            waiting.clear();
            terminateIfDone();
        }
        dropped.forEach(each -> each.stop(true));
        return dropped.stream().map(Work::submitted).collect(Collectors.toList());
    }

    /** Cancels all work that has not run, so that no thread waits for it for ever. */
    private void cancelAll() {
        for (Runnable dropped : shutdownNow()) {
            if (dropped instanceof java.util.concurrent.Future<?> work) {
                work.cancel(false);
            }
        }
    }

    @Override
    public boolean isShutdown() {
        synchronized (lock) {
            return shutdown;
        }
    }

    @Override
    public boolean isTerminated() {
        return terminated.getCount() == 0;
    }

    @Override
    public boolean awaitTermination(long timeout, TimeUnit unit) throws InterruptedException {
        LoopContext context = LoopContext.current();
        if (context != null && context.loop() == loop && !isTerminated()) {
            throw new IllegalStateException(
                    "awaitTermination must not be called on the loop that runs the work, where it"
                            + " would never end: "
                            + this);
        }
        return terminated.await(timeout, unit);
    }

    @Override
    public String toString() {
        return "<ScheduledExecutor of " + loop + ">";
    }

    /** A command that runs as soon as its turn comes. */
    private final class Once implements Work {

        private final Runnable command;

        Once(Runnable command) {
            this.command = command;
        }

        @Override
        public void run() {
            if (!begin(this)) {
                return;
            }
            try {
                command.run();
            } finally {
                end(this, false);
            }
        }

        @Override
        public Runnable submitted() {
            return command;
        }

        @Override
        public void stop(boolean now) {}

        @Override
        public String toString() {
            return command.toString();
        }
    }

    /**
     * A call at a given time. A positive period repeats it at a fixed rate, a negative one with a
     * fixed delay.
     */
    private final class Timed<V extends @Nullable Object> extends FutureTask<V>
            implements RunnableScheduledFuture<V>, Work {

        private final long period;
        // Written by the loop.
        private volatile long when;
        // Used by the loop only.
        private @Nullable TimerHandle timer;

        Timed(Callable<V> callable, long when, long period) {
            super(callable);
            this.when = when;
            this.period = period;
        }

        /** Sets the timer; called on the loop. */
        void arm() {
            if (!isDone()) {
                timer = loop.callAt(when, this);
            }
        }

        @Override
        public void run() {
            if (!begin(this)) {
                return;
            }
            boolean wants = false;
            try {
                if (period == 0) {
                    super.run();
                } else {
                    wants = super.runAndReset();
                }
            } finally {
                if (end(this, wants)) {
                    when = period > 0 ? saturated(when, period) : deadlineAfter(-period);
                    arm();
                    if (isDone()) { // cancelled between running and waiting
                        forget(this);
                    }
                } else if (wants) {
                    cancel(false);
                }
            }
        }

        @Override
        protected void done() {
            forget(this);
            if (isCancelled()) {
                try {
                    // Always: the timer may be about to be set.
                    loop.callSoonThreadsafe(this::disarm);
                } catch (IllegalStateException closed) {
                    // The timer will not fire.
                }
            }
        }

        private void disarm() {
            TimerHandle armed = timer;
            if (armed != null) {
                armed.cancel();
            }
        }

        @Override
        public Runnable submitted() {
            return this;
        }

        @Override
        public void stop(boolean now) {
            if (now || isPeriodic()) {
                cancel(false);
            }
        }

        @Override
        public boolean isPeriodic() {
            return period != 0;
        }

        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(Duration.ofNanos(when - loop.time()));
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(
                    getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }
}

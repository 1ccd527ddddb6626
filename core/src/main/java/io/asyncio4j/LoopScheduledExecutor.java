package io.asyncio4j;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Delayed;
import java.util.concurrent.Executors;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A loop as the JDK's {@link ScheduledExecutorService}; see {@link EventLoop#asScheduledExecutor}.
 */
final class LoopScheduledExecutor extends AbstractExecutorService
        implements ScheduledExecutorService {

    private final EventLoop loop;
    // Of any thread.
    private final Set<Runnable> pending = ConcurrentHashMap.newKeySet();
    private final CountDownLatch terminated = new CountDownLatch(1);
    private volatile boolean shutdown;

    private final Runnable loopClosed = this::shutdownNow;

    LoopScheduledExecutor(EventLoop loop) {
        this.loop = loop;
        loop.addCloseCallback(loopClosed);
    }

    @Override
    public void execute(Runnable command) {
        Objects.requireNonNull(command, "command");
        submitToLoop(
                new Runnable() {
                    @Override
                    public void run() {
                        if (pending.contains(this)) {
                            try {
                                command.run();
                            } finally {
                                finished(this);
                            }
                        }
                    }

                    @Override
                    public String toString() {
                        return command.toString();
                    }
                },
                null);
    }

    @Override
    public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
        return schedule(Executors.callable(command), delay, unit);
    }

    @Override
    public <V extends @Nullable Object> ScheduledFuture<V> schedule(
            Callable<V> callable, long delay, TimeUnit unit) {
        return submitToLoop(new Timed<>(callable, deadlineAfter(unit.toNanos(delay)), 0));
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
        return submitToLoop(
                new Timed<>(
                        Executors.callable(command),
                        deadlineAfter(unit.toNanos(initialDelay)),
                        period));
    }

    private static long positive(long period) {
        if (period <= 0) {
            throw new IllegalArgumentException("Not a period: " + period + " ns");
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

    private <V extends @Nullable Object> Timed<V> submitToLoop(Timed<V> timed) {
        submitToLoop(timed, timed::arm);
        return timed;
    }

    private void submitToLoop(Runnable work, @Nullable Runnable arm) {
        if (shutdown) {
            throw new RejectedExecutionException("The executor is shut down: " + this);
        }
        pending.add(work);
        // A shutdown that did not see it may have told already that nothing is left to run.
        if (shutdown && pending.remove(work)) {
            terminateIfDone();
            throw new RejectedExecutionException("The executor is shut down: " + this);
        }
        try {
            loop.callSoonThreadsafe(arm == null ? work : arm);
        } catch (IllegalStateException closed) {
            finished(work);
            throw new RejectedExecutionException(closed);
        }
    }

    private void finished(Runnable work) {
        pending.remove(work);
        terminateIfDone();
    }

    private void terminateIfDone() {
        if (shutdown && pending.isEmpty()) {
            terminated.countDown();
            loop.removeCloseCallback(loopClosed);
        }
    }

    @Override
    public void shutdown() {
        shutdown = true;
        for (Runnable each : pending) {
            if (each instanceof Timed<?> timed && timed.isPeriodic()) {
                timed.cancel(false);
            }
        }
        terminateIfDone();
    }

    @Override
    public List<Runnable> shutdownNow() {
        shutdown = true;
        var dropped = new ArrayList<Runnable>(pending);
        for (Runnable each : dropped) {
            if (each instanceof Timed<?> timed) {
                timed.cancel(false);
            }
            pending.remove(each);
        }
        terminateIfDone();
        return dropped;
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
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
                    "Waiting for the loop's work on the loop would never end: " + this);
        }
        return terminated.await(timeout, unit);
    }

    @Override
    public String toString() {
        return "<ScheduledExecutor of " + loop + ">";
    }

    /**
     * A call at a time; with a positive period at a fixed rate, with a negative one after a pause.
     */
    private final class Timed<V extends @Nullable Object> extends FutureTask<V>
            implements RunnableScheduledFuture<V> {

        private final long period;
        // Written by the loop.
        private volatile long when;
        private volatile @Nullable TimerHandle timer;

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
            if (period == 0) {
                super.run();
            } else if (super.runAndReset()) {
                when = period > 0 ? saturated(when, period) : deadlineAfter(-period);
                arm();
            }
        }

        @Override
        protected void done() {
            finished(this);
            if (isCancelled() && timer != null) {
                try {
                    loop.callSoonThreadsafe(this::disarm);
                } catch (IllegalStateException closed) {
                    // It will not ring.
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

package io.asyncio4j.loop;

import io.asyncio4j.ExceptionContext;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeThreads;
import io.asyncio4j.warning.RuntimeWarning;
import io.asyncio4j.warning.Warnings;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The default executor of a loop, created on first use, and the calls in it or another executor.
 */
final class LoopExecutor {

    private static final AtomicInteger THREADS = new AtomicInteger();

    /** The pause between two checks whether an executor has ended, if no thread can wait for it. */
    private static final Duration PAUSE = Duration.ofMillis(20);

    private final BaseEventLoop loop;
    private @Nullable ExecutorService executor;
    private boolean shutDown;
    private int outstanding;

    /** The calls whose outcome has not been delivered. */
    private final Set<Call<?>> calls = new LinkedHashSet<>();

    LoopExecutor(BaseEventLoop loop) {
        this.loop = loop;
    }

    void setDefault(ExecutorService newExecutor) {
        executor = Objects.requireNonNull(newExecutor, "executor");
    }

    <T extends @Nullable Object> Future<T> run(@Nullable Executor chosen, Callable<T> call) {
        Objects.requireNonNull(call, "call");
        Executor target = chosen == null ? defaultExecutor() : chosen;
        var future = new Result<T>(loop, call);
        Call<T> work = future.work;
        future.addDoneCallback(done -> {
            calls.remove(work);
            if (done.isCancelled()) {
                work.cancel(false);
            }
        });
        NativeThreads.execute(target, work);
        calls.add(work);
        expect(future);
        return future;
    }

    /** The result of a call, soon after the call has ended in its thread. */
    private static final class Result<T extends @Nullable Object> extends Future<T> {
        final Call<T> work;

        @SuppressWarnings("this-escape") // the call is not running yet
        Result(BaseEventLoop loop, Callable<T> call) {
            super(loop);
            work = new Call<>(call, this);
        }

        @Override
        protected boolean cancelAtDeadline() {
            return !work.isDone() && super.cancelAtDeadline();
        }
    }

    /**
     * A call in an executor, whose outcome goes to a future. A call that outlives the loop does not
     * keep the loop reachable, and its outcome is logged.
     */
    private static final class Call<T extends @Nullable Object> extends FutureTask<T> {
        private final AtomicBoolean reported = new AtomicBoolean();
        // Null once the loop is closed.
        private volatile @Nullable Future<T> future;

        Call(Callable<T> call, Future<T> future) {
            super(call);
            this.future = future;
        }

        @Override
        protected void done() {
            Future<T> target = future;
            if (target == null) {
                report();
                return;
            }
            try {
                target.loop().callSoonThreadsafe(() -> deliver(target));
            } catch (IllegalStateException closed) {
                report();
            }
        }

        private void deliver(Future<T> target) {
            if (target.isDone()) {
                return;
            }
            switch (state()) {
                case SUCCESS -> target.setResult(resultNow());
                case CANCELLED -> target.cancel();
                default -> target.setException(exceptionNow());
            }
        }

        /** Called when the loop was closed before the outcome was delivered. */
        void loopClosed() {
            future = null;
            if (isDone()) {
                report();
            }
        }

        private void report() {
            if (isCancelled() || !reported.compareAndSet(false, true)) {
                return;
            }
            ExceptionReports.log(
                    new ExceptionContext(
                            "A call in an executor ended after the loop that waits for it was"
                                    + " closed; its outcome is dropped",
                            state() == State.FAILED ? exceptionNow() : null));
        }
    }

    Future<@Nullable Void> shutdown(@Nullable Duration timeout) {
        Future<@Nullable Void> future = loop.createFuture();
        ExecutorService service = executor;
        shutDown = true;
        executor = null;
        if (service == null) {
            future.setResult(null);
            return future;
        }
        service.shutdown();
        expect(future);
        long nanos = timeout == null ? Long.MAX_VALUE : Durations.saturatedNanos(timeout);
        Thread waiting =
                Thread.ofPlatform()
                        .daemon()
                        .name("asyncio4j-executor-shutdown")
                        .unstarted(() -> {
                            boolean ended = false;
                            try {
                                ended = service.awaitTermination(nanos, TimeUnit.NANOSECONDS);
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                            report(ended, timeout, service, future);
                        });
        if (!NativeThreads.start(waiting)) {
            look(timeout, loop.time(), nanos, service, future);
        }
        return future;
    }

    /** Polls for the end from the loop, when no thread can be started to wait. */
    private void look(
            @Nullable Duration timeout,
            long begin,
            long nanos,
            ExecutorService service,
            Future<@Nullable Void> future) {
        if (service.isTerminated() || loop.time() - begin >= nanos) {
            finish(service.isTerminated(), timeout, service, future);
        } else if (!future.isDone()) {
            loop.callLater(PAUSE, () -> look(timeout, begin, nanos, service, future));
        }
    }

    private void report(
            boolean ended,
            @Nullable Duration timeout,
            ExecutorService service,
            Future<@Nullable Void> future) {
        try {
            loop.callSoonThreadsafe(() -> finish(ended, timeout, service, future));
        } catch (IllegalStateException closed) {
            // Closing the loop has shut the executor down, and no caller awaits that.
        }
    }

    private static void finish(
            boolean ended,
            @Nullable Duration timeout,
            ExecutorService service,
            Future<@Nullable Void> future) {
        if (!ended) {
            service.shutdownNow().forEach(LoopExecutor::cancel);
        }
        if (!future.isDone()) {
            future.setResult(null);
        }
        if (!ended) { // last, since it may throw
            Warnings.warn(
                    RuntimeWarning.class,
                    "The default executor did not finish its work within "
                            + timeout
                            + "; its calls were interrupted or cancelled");
        }
    }

    private static void cancel(Runnable unbegun) {
        if (unbegun instanceof java.util.concurrent.Future<?> work) {
            work.cancel(false);
        }
    }

    private void expect(Future<?> future) {
        outstanding++;
        future.addDoneCallback(done -> outstanding--);
    }

    /** Returns whether a thread of an executor will wake the loop. */
    boolean isBusy() {
        return outstanding > 0;
    }

    void close() {
        calls.forEach(Call::loopClosed);
        calls.clear();
        shutDown = true;
        if (executor != null) {
            executor.shutdown();
            executor = null;
        }
    }

    // Platform threads: a virtual one would inherit the scheduler of the task that starts it, and
    // run on the loop.
    private ExecutorService defaultExecutor() {
        if (shutDown) {
            throw new IllegalStateException(
                    "The default executor was shut down; pass another to runInExecutor");
        }
        ExecutorService service = executor;
        if (service == null) {
            int threads = Math.min(32, Runtime.getRuntime().availableProcessors() + 4);
            var pool =
                    new ThreadPoolExecutor(
                            threads,
                            threads,
                            10,
                            TimeUnit.SECONDS,
                            new LinkedBlockingQueue<>(),
                            Thread.ofPlatform()
                                    .daemon()
                                    .inheritInheritableThreadLocals(false)
                                    .name("asyncio4j-executor-", THREADS.getAndIncrement() * 100L)
                                    .factory());
            pool.allowCoreThreadTimeOut(true);
            service = pool;
            executor = service;
        }
        return service;
    }
}

package io.asyncio4j.loop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Carries virtual threads outside of the loops: threads of tasks while they are in code that may
 * block, and threads that a loop's callbacks and tasks start. The latter inherit the scheduler of
 * the thread that starts them; if the loop carried them, they would block it, and would stop for
 * ever when it ends. (In hand-off mode the JDK carries all threads.)
 *
 * <p>There is a carrier for each processor. Blocking native code, such as a read from a pipe,
 * occupies its carrier, and the JDK compensates for that only in its own scheduler. So while all
 * carriers are busy and threads are queued, a probe is queued with them; if it has not run after a
 * moment, carriers are added. They end when they are no longer used.
 */
final class ChildThreads {

    private static final int PARALLELISM = Math.max(2, Runtime.getRuntime().availableProcessors());
    // The limit of the JDK's scheduler.
    private static final int MOST = Math.max(256, PARALLELISM);
    private static final ForkJoinPool CARRIERS =
            new ForkJoinPool(
                    PARALLELISM, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);

    private static final Executor AFTER_A_MOMENT =
            CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS, Runnable::run);
    private static final AtomicBoolean PROBING = new AtomicBoolean();

    private ChildThreads() {}

    /** Runs a continuation of a virtual thread. Called in any thread. */
    static void carry(Runnable continuation) {
        CARRIERS.execute(continuation);
        if (!PROBING.get() && CARRIERS.getActiveThreadCount() >= CARRIERS.getParallelism()) {
            probe();
        }
    }

    private static void probe() {
        if (!PROBING.compareAndSet(false, true)) {
            return;
        }
        var cameThrough = new AtomicBoolean();
        try {
            CARRIERS.execute(() -> cameThrough.set(true));
            AFTER_A_MOMENT.execute(() -> look(cameThrough.get()));
        } catch (Throwable e) {
            PROBING.set(false); // no thread can be started: the next call of carry tries again
        }
    }

    private static void look(boolean cameThrough) {
        int parallelism = PARALLELISM;
        if (!cameThrough) {
            long wanted = CARRIERS.getPoolSize() + waiting();
            parallelism = Math.clamp(wanted, PARALLELISM, MOST);
        }
        if (parallelism != CARRIERS.getParallelism()) {
            CARRIERS.setParallelism(parallelism);
        }
        PROBING.set(false);
        if (waiting() > 0) {
            probe(); // this also makes the pool add a carrier, if its limit allows
        }
    }

    private static long waiting() {
        return CARRIERS.getQueuedTaskCount() + CARRIERS.getQueuedSubmissionCount();
    }
}

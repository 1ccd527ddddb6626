package io.asyncio4j.loop;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Carries virtual threads beside the loops, as all are in hand-off mode: those of tasks while they
 * are in code that may block, and those that a loop's callbacks and tasks start. The JDK has the
 * latter inherit the scheduler of the thread that starts them; carried by the loop they would hold
 * it up, and never go on once it has ended.
 *
 * <p>There is a carrier for each processor. Native code that blocks, such as a read from a pipe,
 * keeps its carrier, and the JDK replaces those of its own scheduler only. So while all are taken
 * and others wait, a probe queues with them; has it not come through after a moment, carriers are
 * added. They end when they are no longer used.
 */
final class ChildThreads {

    private static final int PARALLELISM = Math.max(2, Runtime.getRuntime().availableProcessors());
    // As many as the JDK's scheduler would have.
    private static final int MOST = Math.max(256, PARALLELISM);
    private static final ForkJoinPool CARRIERS =
            new ForkJoinPool(
                    PARALLELISM, ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);

    private static final Executor AFTER_A_MOMENT =
            CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS, Runnable::run);
    private static final AtomicBoolean PROBING = new AtomicBoolean();

    private ChildThreads() {}

    /** Lets a virtual thread go on; called in any thread. */
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
            PROBING.set(false); // no thread left: the next one to be carried tries again
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
            probe(); // which also has the pool make a carrier, if it may
        }
    }

    private static long waiting() {
        return CARRIERS.getQueuedTaskCount() + CARRIERS.getQueuedSubmissionCount();
    }
}

package io.asyncio4j.loop;

import java.util.concurrent.ForkJoinPool;

/**
 * Carries virtual threads beside the loops, as all are in hand-off mode: those of tasks while they
 * are in code that may block, and those that a loop's callbacks and tasks start. The JDK has the
 * latter inherit the scheduler of the thread that starts them; carried by the loop they would hold
 * it up, and never go on once it has ended.
 */
final class ChildThreads {

    private static final ForkJoinPool CARRIERS =
            new ForkJoinPool(
                    Math.max(2, Runtime.getRuntime().availableProcessors()),
                    ForkJoinPool.defaultForkJoinWorkerThreadFactory,
                    null,
                    true);

    private ChildThreads() {}

    /** Lets a virtual thread go on; called in any thread. */
    static void carry(Runnable continuation) {
        CARRIERS.execute(continuation);
    }
}

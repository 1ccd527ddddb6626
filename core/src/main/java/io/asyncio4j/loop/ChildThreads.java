package io.asyncio4j.loop;

import java.util.concurrent.ForkJoinPool;

/**
 * Carries the virtual threads that a loop's callbacks and tasks start. The JDK has them inherit the
 * scheduler of the thread that starts them; carried by the loop they would hold it up, and never go
 * on once it has ended. So they run beside it, as they do in hand-off mode.
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

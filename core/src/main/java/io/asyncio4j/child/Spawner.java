package io.asyncio4j.child;

import io.asyncio4j.os.NativeThreads;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that start children, for all loops of this process: what may have to wait for a file
 * system, opening files and executing programs, is done here.
 *
 * <pre>
 *   execute --> queue --> regular thread
 *                 \--relieve, after a while--> extra thread, for this one job
 * </pre>
 *
 * <p>A few regular threads suffice as long as each start takes some hundred microseconds. They are
 * daemons and end when nothing was started for a while. If all of them hang, whoever waits in the
 * queue asks for relief. Safe from any thread.
 */
final class Spawner {
    /** How many regular threads there are at the most. */
    static final int REGULAR = Math.clamp(Runtime.getRuntime().availableProcessors(), 1, 2);

    private static final long IDLE_SECONDS = 2;

    private static final ThreadFactory THREADS =
            Thread.ofPlatform()
                    .name("asyncio-spawn-", 0)
                    .daemon(true)
                    .inheritInheritableThreadLocals(false)
                    .factory();

    private static final ThreadPoolExecutor POOL = pool();

    private Spawner() {}

    private static ThreadPoolExecutor pool() {
        var pool =
                new ThreadPoolExecutor(
                        REGULAR,
                        REGULAR,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        THREADS);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Has a thread run {@code job}; this one, if there is no other and the system gives none. */
    static void execute(Runnable job) {
        if (!offer(job)) {
            job.run();
        }
    }

    /** Has a thread of its own run {@code job}; this one, if the system gives no other. */
    static void executeAlone(String name, Runnable job) {
        Thread alone =
                Thread.ofPlatform()
                        .name(name)
                        .daemon(true)
                        .inheritInheritableThreadLocals(false)
                        .unstarted(job);
        if (!NativeThreads.start(alone)) {
            job.run();
        }
    }

    /** Has a thread run {@code job}; returns false if there is none and the system gives none. */
    static boolean offer(Runnable job) {
        try {
            NativeThreads.execute(POOL, job);
            return true;
        } catch (RejectedExecutionException noThread) {
            return false;
        }
    }

    /**
     * Has a thread of its own run {@code job} if that still waits for one.
     *
     * @return false if it stays queued, since the system gives no thread
     */
    static boolean relieve(Runnable job) {
        if (!POOL.remove(job) || NativeThreads.start(THREADS.newThread(job))) {
            return true;
        }
        execute(job);
        return false;
    }
}

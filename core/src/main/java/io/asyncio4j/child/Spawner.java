package io.asyncio4j.child;

import io.asyncio4j.os.NativeThreads;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The threads that start children, for all loops of this process. They open files and execute
 * programs, which may have to wait for a file system.
 *
 * <pre>
 *   execute --> queue --> regular thread
 *                 \--relieve, after a while--> extra thread, for this one job
 * </pre>
 *
 * <p>A few regular threads suffice as long as each start takes some hundred microseconds. They are
 * daemons and end when nothing was started for a while. If all of them hang, a queued start asks
 * for relief. Safe from any thread.
 */
final class Spawner {
    /** The maximum number of regular threads. */
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

    /**
     * Has a thread run {@code job}; the calling one if there is no other and the system provides
     * none.
     */
    static void execute(Runnable job) {
        if (!offer(job)) {
            job.run();
        }
    }

    /** Has a new thread run {@code job}; the calling one if the system provides none. */
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

    /**
     * Has a thread run {@code job}; returns false if there is none and the system provides none.
     */
    static boolean offer(Runnable job) {
        try {
            NativeThreads.execute(POOL, job);
            return true;
        } catch (RejectedExecutionException noThread) {
            return false;
        }
    }

    /**
     * Has a new thread run {@code job} if that is still queued.
     *
     * @return false if it stays queued, because the system provides no thread
     */
    static boolean relieve(Runnable job) {
        if (!POOL.remove(job) || NativeThreads.start(THREADS.newThread(job))) {
            return true;
        }
        execute(job);
        return false;
    }
}

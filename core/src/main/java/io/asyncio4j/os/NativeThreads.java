package io.asyncio4j.os;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;

/**
 * Starts threads where the system may have no more of them. The JDK reports that by {@link
 * OutOfMemoryError}, although the heap is fine and only this operation has failed.
 */
public final class NativeThreads {
    private NativeThreads() {}

    private static final CarrierLocal<Long> ID = new CarrierLocal<>(true);

    /** Linked when first needed: threads are started without native access as well. */
    private static final class Calls {
        static final NativeFunction GETTID = Libc.function("gettid");
    }

    /** Returns the kernel's number of the platform thread that runs this, a carrier perhaps. */
    public static long id() {
        if (!ID.isByCarrier() && Thread.currentThread().isVirtual()) {
            return ask(); // its carrier changes
        }
        Long known = ID.get();
        if (known == null) {
            known = ask();
            ID.set(known);
        }
        return known;
    }

    private static long ask() {
        try (Scratch s = Scratch.take()) {
            return (int) Calls.GETTID.call(s);
        }
    }

    /** Returns whether {@code e} says that a thread could not be started, and nothing worse. */
    public static boolean isLack(Throwable e) {
        // The text that HotSpot uses when pthread_create fails.
        return e instanceof OutOfMemoryError
                && e.getMessage() != null
                && e.getMessage().startsWith("unable to create native thread");
    }

    /** Starts {@code thread}; returns false if the system provides none. */
    public static boolean start(Thread thread) {
        try {
            thread.start();
            return true;
        } catch (OutOfMemoryError e) {
            if (!isLack(e)) {
                throw e;
            }
            return false;
        }
    }

    /**
     * Hands {@code job} to {@code executor}. If no further thread can be started, a pool that has a
     * thread runs it later in that thread.
     *
     * @throws RejectedExecutionException if there is no thread to run it, nor a way to start one
     */
    public static void execute(Executor executor, Runnable job) {
        try {
            executor.execute(job);
        } catch (OutOfMemoryError e) {
            if (!isLack(e)) {
                throw e;
            }
            if (!(executor instanceof ThreadPoolExecutor pool) || !queue(pool, job)) {
                throw new RejectedExecutionException(
                        "Cannot start a thread to run a call ("
                                + e.getMessage()
                                + "); raise ulimit -u or pids.max of the cgroup",
                        e);
            }
        }
    }

    private static boolean queue(ThreadPoolExecutor pool, Runnable job) {
        if (pool.isShutdown() || pool.getPoolSize() == 0 || !pool.getQueue().offer(job)) {
            return false;
        }
        // The last thread may have ended meanwhile without looking at the queue again.
        return pool.getPoolSize() > 0 || !pool.remove(job);
    }
}

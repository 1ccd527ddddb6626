package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.warning.RuntimeWarning;
import io.asyncio4j.warning.Warnings;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Queue;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Waits for single children: in a thread for each, or, when no thread is available, by polling from
 * the child's loop.
 */
final class ReaperThreads {
    // The JVM raises it to the minimum that Java code needs. Only touched pages count, but a thread
    // with a large stack tends to touch more.
    private static final long STACK_BYTES = 16 * 1024;

    // How long a thread that has reaped its child stays for the next one: with many short children,
    // creating threads would cost as much as everything else.
    private static final long IDLE_MILLIS = 50;

    private static final Duration FIRST_LOOK = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(200);
    private static final AtomicLong NUMBER = new AtomicLong();

    private final Registry registry;
    private final Executor threads;

    private final Queue<PendingChild> threadless = new ArrayDeque<>();

    /** The loops that poll for those. */
    private final Set<EventLoop> looking =
            Collections.synchronizedSet(Collections.newSetFromMap(new WeakHashMap<>()));

    ReaperThreads(Registry registry, ThreadFactory threads) {
        this.registry = registry;
        this.threads =
                new ThreadPoolExecutor(
                        0,
                        Integer.MAX_VALUE,
                        IDLE_MILLIS,
                        TimeUnit.MILLISECONDS,
                        new SynchronousQueue<>(),
                        threads);
    }

    /** Daemon platform threads named {@code asyncio-waitpid-N}, with the smallest stack. */
    static Thread newThread(Runnable body) {
        return Thread.ofPlatform()
                .daemon()
                .name("asyncio-waitpid-" + NUMBER.getAndIncrement())
                .stackSize(STACK_BYTES)
                .inheritInheritableThreadLocals(false)
                .unstarted(body);
    }

    /** Waits for {@code pending}'s child, in a thread of its own if possible. */
    void start(PendingChild pending) {
        OutOfMemoryError failure = startThreads(pending);
        if (failure != null) {
            lookFrom(pending.loop);
            Warnings.warn(
                    RuntimeWarning.class,
                    "No thread is left to wait for child processes ("
                            + failure.getMessage()
                            + "); until there is, loops look for their exits "
                            + 1000 / LONGEST_PAUSE.toMillis()
                            + " times a second");
        }
    }

    /**
     * Starts threads for this child and for those without one; returns why there are not enough.
     */
    private @Nullable OutOfMemoryError startThreads(PendingChild pending) {
        synchronized (threadless) {
            threadless.add(pending);
            try {
                while (!threadless.isEmpty()) {
                    PendingChild next = threadless.element();
                    threads.execute(() -> await(next));
                    threadless.remove();
                }
                return null;
            } catch (OutOfMemoryError e) {
                // Native threads ran out, not the heap: the JVM is fine.
                return e;
            }
        }
    }

    private void await(PendingChild pending) {
        try {
            WaitId.await(pending.pid());
        } catch (IOException e) {
            // The reaping that follows reports it better: the child may have been handed over and
            // then reaped by others.
            Registry.LOGGER.log(Level.DEBUG, "Waiting for pid " + pending.pid() + " failed", e);
        }
        registry.check(pending);
    }

    private void lookFrom(@Nullable EventLoop loop) {
        if (loop == null || !looking.add(loop)) {
            return;
        }
        try {
            loop.callSoonThreadsafe(() -> look(loop, FIRST_LOOK));
        } catch (IllegalStateException closed) {
            // Then another loop polls, or a thread waits once one is available.
        }
    }

    /** Polls all children without a thread, also those whose own loop was closed. */
    private void look(EventLoop loop, Duration pause) {
        synchronized (threadless) {
            threadless.removeIf(registry::check);
            if (threadless.isEmpty()) {
                looking.remove(loop);
                return;
            }
        }
        Duration next = pause.multipliedBy(2);
        loop.callLater(
                pause, () -> look(loop, next.compareTo(LONGEST_PAUSE) < 0 ? next : LONGEST_PAUSE));
    }
}

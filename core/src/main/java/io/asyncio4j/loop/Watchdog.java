package io.asyncio4j.loop;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeThreads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that checks the running loops in debug mode, and reports a turn while it holds its loop.
 * One thread serves all loops of the process; it starts with the first and ends with the last.
 */
final class Watchdog implements Runnable {

    // Checks within the limit for slow turns, so a slow turn is detected late by at most this part
    // of the limit.
    private static final int CHECKS_PER_SLOW_TURN = 4;
    private static final long SHORTEST_PAUSE = 1_000_000;
    private static final long LONGEST_PAUSE = 1_000_000_000;

    private static final List<TurnTimer> WATCHED = new ArrayList<>();
    private static @Nullable Thread thread;

    private Watchdog() {}

    static void add(TurnTimer watch) {
        synchronized (WATCHED) {
            WATCHED.add(watch);
            if (thread == null) {
                Thread watching =
                        Thread.ofPlatform()
                                .name("asyncio4j-watchdog")
                                .daemon()
                                .inheritInheritableThreadLocals(false)
                                .unstarted(new Watchdog());
                // Without a thread, slow turns are reported only when they have ended.
                thread = NativeThreads.start(watching) ? watching : null;
            }
        }
    }

    static void remove(TurnTimer watch) {
        synchronized (WATCHED) {
            if (WATCHED.remove(watch) && WATCHED.isEmpty()) {
                LockSupport.unpark(thread);
                thread = null;
            }
        }
    }

    @Override
    public void run() {
        while (true) {
            List<TurnTimer> watched;
            synchronized (WATCHED) {
                if (thread != Thread.currentThread()) {
                    return;
                }
                watched = List.copyOf(WATCHED);
            }
            long pause = LONGEST_PAUSE;
            for (TurnTimer each : watched) {
                each.check();
                pause = Math.min(pause, pauseFor(each.slow()));
            }
            LockSupport.parkNanos(this, pause);
        }
    }

    private static long pauseFor(Duration slow) {
        return Math.max(SHORTEST_PAUSE, Durations.saturatedNanos(slow) / CHECKS_PER_SLOW_TURN);
    }
}

package io.asyncio4j.loop;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.BlockedOn;
import java.time.Duration;
import java.util.Objects;

/** Measures a loop's turns in debug mode, and shows the {@link Watchdog} the running one. */
final class TurnTimer {

    /** The running job, its thread, and its start on the system's clock. */
    private record Turn(Runnable job, Thread thread, long since) {}

    private final ExceptionReports failures;
    // Written in turns of the loop, read by the watchdog as well.
    private volatile Duration slow = Duration.ofMillis(100);
    private volatile @Nullable Turn current;
    // Used by the watchdog only.
    private @Nullable Turn reported;

    TurnTimer(ExceptionReports failures) {
        this.failures = failures;
    }

    void setSlow(Duration duration) {
        slow = Objects.requireNonNull(duration, "duration");
    }

    Duration slow() {
        return slow;
    }

    /** Runs {@code job} and reports it if it took long. */
    void run(Runnable job) {
        var turn = new Turn(job, threadOf(job), System.nanoTime());
        current = turn;
        try {
            job.run();
        } finally {
            current = null;
        }
        long nanos = System.nanoTime() - turn.since();
        if (nanos >= Durations.saturatedNanos(slow)) {
            failures.reportSlow(job, nanos);
        }
    }

    private static Thread threadOf(Runnable job) {
        return switch (job) {
            case LoopTask<?> task -> task.thread();
            case CarrierTask.Unblocked unblocked -> unblocked.task().thread();
            default -> Thread.currentThread();
        };
    }

    /** Reports a turn that is taking long, once. Called by the watchdog. */
    void check() {
        Turn turn = current;
        if (turn == null || turn == reported) {
            return;
        }
        long nanos = System.nanoTime() - turn.since();
        if (nanos < Durations.saturatedNanos(slow)) {
            return;
        }
        StackTraceElement[] stack = turn.thread().getStackTrace();
        String blockedOn = BlockedOn.describe(turn.thread());
        if (current == turn) { // otherwise the stack may be that of another turn
            reported = turn;
            failures.reportHolding(turn.job(), nanos, stack, blockedOn);
        }
    }
}

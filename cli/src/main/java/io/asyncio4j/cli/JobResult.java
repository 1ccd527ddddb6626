package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.subprocess.ResourceUsage;
import java.time.Duration;
import java.time.Instant;

/**
 * The result of a job.
 *
 * @param job its number, from 1
 * @param pid its shell's process id, or 0 if that could not be started
 * @param status how the shell ended, or null if it could not be started
 * @param timedOut whether it was stopped at its timeout
 * @param started when it was started
 * @param elapsed the time from then until the shell's exit
 * @param peakIsBound whether the peak memory is only an upper bound; see {@link OwnMemory}
 */
record JobResult(
        int job,
        long pid,
        @Nullable ExitStatus status,
        boolean timedOut,
        Instant started,
        Duration elapsed,
        boolean peakIsBound) {

    boolean isFailure() {
        return status == null || !status.isSuccess() || timedOut;
    }

    @Nullable
    ResourceUsage usage() {
        return status == null ? null : status.usage();
    }

    /** Returns the result as a word or two: {@code 0}, {@code exit 3}, {@code SIGKILL}. */
    String describe() {
        if (timedOut) {
            return "timed out";
        }
        return switch (status) {
            case null -> "not started";
            case ExitStatus.Exited exited -> exited.code() == 0 ? "0" : "exit " + exited.code();
            case ExitStatus.Signaled signaled -> signaled.signal();
            case ExitStatus.Lost _ -> "lost";
        };
    }
}

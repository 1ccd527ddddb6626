package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.policy.EventLoopPolicy;
import java.time.Duration;
import java.util.List;

/**
 * What {@code run} was asked to do, checked.
 *
 * @param jobs the command lines
 * @param parallel how many run at a time, at most
 * @param policy what makes the loop and the child watcher
 * @param timeout how long a job may take, or null
 * @param grace how long after SIGTERM comes SIGKILL
 * @param failFast whether the first failure ends the run
 * @param tags whether lines begin with the job's number
 * @param json where results are written: a file, {@code -}, or null
 */
record RunOptions(
        List<String> jobs,
        int parallel,
        EventLoopPolicy policy,
        @Nullable Duration timeout,
        Duration grace,
        boolean failFast,
        boolean tags,
        @Nullable String json) {

    /** Reads the number of jobs at a time. */
    static int parseParallel(@Nullable String text) throws UsageException {
        if (text == null) {
            return Runtime.getRuntime().availableProcessors();
        }
        try {
            int parallel = Integer.parseInt(text.strip());
            if (parallel > 0) {
                return parallel;
            }
        } catch (NumberFormatException e) {
            // Said below.
        }
        throw new UsageException("-j " + text + ": give a whole number from 1");
    }
}

package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.policy.EventLoopPolicy;
import java.time.Duration;
import java.util.List;

/**
 * The validated options of {@code run}.
 *
 * @param jobs the command lines
 * @param parallel how many run at a time, at most
 * @param policy the policy that creates the loop and the child watcher
 * @param timeout how long a job may take, or null
 * @param grace the time between SIGTERM and SIGKILL
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

    /** Parses the number of jobs at a time. */
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
            // Reported below.
        }
        throw new UsageException("-j " + text + ": give a whole number of at least 1");
    }
}

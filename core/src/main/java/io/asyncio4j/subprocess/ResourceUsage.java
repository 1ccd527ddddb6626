package io.asyncio4j.subprocess;

import java.time.Duration;

/**
 * What a child process, and the children it waited for, have used.
 *
 * @param user processor time in the child's own code
 * @param system processor time in the kernel on its behalf
 * @param maxRssKiB the largest resident set, in KiB. Linux counts from before the program was
 *     loaded, when the child still shared its parent's memory: smaller than the parent's own
 *     resident set it cannot be
 */
public record ResourceUsage(Duration user, Duration system, long maxRssKiB) {}

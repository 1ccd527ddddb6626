package io.asyncio4j.subprocess;

import java.time.Duration;

/**
 * The resources used by a child process and by the children that it waited for.
 *
 * @param user processor time in the child's own code
 * @param system processor time in the kernel on its behalf
 * @param maxRssKiB the largest resident set, in KiB. On Linux never smaller than the parent's
 *     resident set, because the kernel counts from before the program was loaded, when the child
 *     still shared its parent's memory
 */
public record ResourceUsage(Duration user, Duration system, long maxRssKiB) {}

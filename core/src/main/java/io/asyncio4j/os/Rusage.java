package io.asyncio4j.os;

/**
 * What a child used, itself and the descendants it waited for: {@code wait4(2)}.
 *
 * @param userMicros CPU time in user mode, microseconds
 * @param systemMicros CPU time in the kernel, microseconds
 * @param maxRssKiB peak resident memory, KiB. On Linux the count of a child that was started by
 *     {@code vfork} or {@code posix_spawn} begins with what its parent had resident at that moment,
 *     so for a small program it tells the size of this JVM
 */
public record Rusage(long userMicros, long systemMicros, long maxRssKiB) {}

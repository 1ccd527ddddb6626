package io.asyncio4j.loop;

import java.time.Duration;

/** Durations as nanoseconds. */
final class Durations {

    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE);
    private static final Duration MOST_NEGATIVE = Duration.ofNanos(Long.MIN_VALUE);

    private Durations() {}

    /** Returns {@code duration} in nanoseconds, limited to the range of {@code long}. */
    static long saturatedNanos(Duration duration) {
        if (duration.compareTo(LONGEST) >= 0) {
            return Long.MAX_VALUE;
        }
        return duration.compareTo(MOST_NEGATIVE) <= 0 ? Long.MIN_VALUE : duration.toNanos();
    }
}

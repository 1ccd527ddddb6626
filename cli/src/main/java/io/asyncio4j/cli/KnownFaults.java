package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;

/** Faults of Java runtimes that concern the tasks of a loop, which are virtual threads. */
final class KnownFaults {
    private static final Runtime.Version MONITOR_WAKE_UP_FIXED = Runtime.Version.parse("25.0.4");

    private KnownFaults() {}

    /** Returns a known fault of a runtime and its remedy, or null. */
    static @Nullable String of(Runtime.Version version) {
        if (version.feature() == 25 && version.compareToIgnoreOptional(MONITOR_WAKE_UP_FIXED) < 0) {
            return "before 25.0.4 a virtual thread that waits for a monitor (synchronized) can stay"
                    + " blocked for ever (JDK-8373120); update to 25.0.4 or newer";
        }
        return null;
    }
}

package io.asyncio4j.watcher;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.NoChildException;
import io.asyncio4j.os.Rusage;
import io.asyncio4j.os.WaitStatus;
import java.io.IOException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/** How a child is reaped and its status decoded; tests put failures here. */
@FunctionalInterface
interface Reaper {

    /** Reported for a child whose status somebody else has taken. */
    int UNKNOWN = 255;

    /** The one that asks the kernel. */
    Reaper SYSTEM = Reaper::reapNow;

    /** Reaps {@code child}; returns null while it runs. */
    @Nullable
    ChildExit reap(Child child) throws IOException;

    private static @Nullable ChildExit reapNow(Child child) throws IOException {
        try {
            WaitStatus status = child.reap();
            return status == null ? null : decode(status);
        } catch (NoChildException e) {
            return lost(child.pid(), e);
        }
    }

    /** Says how a child has ended. */
    static ChildExit decode(WaitStatus status) {
        Rusage usage = status.rusage();
        return new ChildExit(
                status.pid(),
                status.returnCode(),
                status.coreDumped(),
                null,
                usage == null
                        ? null
                        : new ResourceUsage(
                                Duration.of(usage.userMicros(), ChronoUnit.MICROS),
                                Duration.of(usage.systemMicros(), ChronoUnit.MICROS),
                                usage.maxRssKiB()));
    }

    private static ChildExit lost(long pid, NoChildException e) {
        return new ChildExit(
                pid,
                UNKNOWN,
                false,
                "its status was taken by somebody else: " + e.getMessage(),
                null);
    }
}

package io.asyncio4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Distinguishes a child's own peak memory from this process's. Linux starts the count of a child's
 * peak at the peak of the process that spawned it, so for a child that stays below that, the count
 * is only an upper bound.
 */
final class OwnMemory {
    // The kernel's counters are slightly inexact while many threads change them.
    private static final long SLACK_KIB = 1024;
    private static final Path STATUS = Path.of("/proc/self/status");

    private long peakKiB = -1;

    /** Returns whether a child's peak of {@code maxRssKiB} may be this process's own. */
    boolean mayBeOurs(long maxRssKiB) {
        if (maxRssKiB > peakKiB + SLACK_KIB) {
            peakKiB = readPeak();
        }
        return maxRssKiB <= peakKiB + SLACK_KIB;
    }

    /** Returns the peak of this process in KiB; too small where it is not known. */
    private static long readPeak() {
        try {
            String status = Files.readString(STATUS, StandardCharsets.ISO_8859_1);
            return parsePeak(status);
        } catch (IOException e) {
            return -1 - SLACK_KIB;
        }
    }

    static long parsePeak(String status) {
        int start = status.indexOf("VmHWM:");
        int end = start < 0 ? -1 : status.indexOf("kB", start);
        if (end < 0) {
            return -1 - SLACK_KIB;
        }
        return Long.parseLong(status.substring(start + "VmHWM:".length(), end).strip());
    }
}

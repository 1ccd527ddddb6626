package io.asyncio4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Tells a child's own peak memory from this process's. Linux begins to count a child's peak with
 * the peak of the process that it was spawned from, so for a child that stays below that the count
 * says only that: below.
 */
final class OwnMemory {
    // The kernel keeps the counters a little inexactly while many threads change them.
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

    /** Returns the peak of this process in KiB; too little where it is not known. */
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

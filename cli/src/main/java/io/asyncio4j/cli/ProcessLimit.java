package io.asyncio4j.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Reads how many processes and threads this user or this container may have. Their present number
 * cannot be read as cheaply.
 */
final class ProcessLimit {
    private static final Path LIMITS = Path.of("/proc/self/limits");
    private static final String NAME = "Max processes";
    private static final List<Path> OF_CONTAINER =
            List.of(Path.of("/sys/fs/cgroup/pids.max"), Path.of("/sys/fs/cgroup/pids/pids.max"));

    // Its shell, one process that the shell starts, and the thread that waits for the job.
    private static final int FOR_EACH_JOB = 3;
    private static final int FOR_THE_TOOL = 10;
    private static final long FOR_OTHERS = 100;

    private ProcessLimit() {}

    /** Returns how many processes and threads are needed to run {@code jobs} at a time. */
    static int needed(int jobs) {
        return (int) Math.min((long) FOR_EACH_JOB * jobs, Integer.MAX_VALUE / 2) + FOR_THE_TOOL;
    }

    /** Returns whether {@code processes} more may exceed a limit. */
    static boolean isNear(int processes) {
        long atMost = softLimit(read(LIMITS));
        for (Path file : OF_CONTAINER) {
            atMost = Math.min(atMost, number(read(file)));
        }
        return atMost < processes + FOR_OTHERS;
    }

    static long softLimit(String limits) {
        int start = limits.indexOf(NAME);
        return start < 0 ? Long.MAX_VALUE : number(limits.substring(start + NAME.length()));
    }

    /** Returns the number that {@code text} begins with; practically no limit if it is a word. */
    private static long number(String text) {
        String first = text.strip().split("\\s", 2)[0];
        try {
            return Long.parseLong(first);
        } catch (NumberFormatException unlimited) {
            return Long.MAX_VALUE;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}

package io.asyncio4j.cli;

import java.time.Duration;

/** The status line that a terminal shows while jobs run. */
final class Progress {
    private Progress() {}

    static String line(int done, int total, int running, int failed, Duration elapsed) {
        long seconds = elapsed.toSeconds();
        return done
                + "/"
                + total
                + " done, "
                + running
                + " running, "
                + failed
                + " failed, "
                + clock(seconds);
    }

    private static String clock(long seconds) {
        String rest = two(seconds / 60 % 60) + ":" + two(seconds % 60);
        return seconds < 3600 ? rest : seconds / 3600 + ":" + rest;
    }

    private static String two(long number) {
        return (number < 10 ? "0" : "") + number;
    }
}

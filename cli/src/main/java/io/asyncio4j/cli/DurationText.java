package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 500ms}, {@code 1.5s}, {@code 2m}, {@code 1h}, {@code 5}.
 */
final class DurationText {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18})(?:\\.(\\d{1,9}))?(ms|s|m|h)?");

    private DurationText() {}

    /**
     * Parses a duration; a plain number means seconds.
     *
     * @param option the option that it was given for, for the message
     * @throws UsageException if it is not a duration
     */
    static Duration parse(String option, String text) throws UsageException {
        Matcher matcher = FORM.matcher(text.strip());
        if (!matcher.matches()) {
            throw new UsageException(
                    option
                            + " "
                            + text
                            + ": not a duration; give a number and ms, s, m or h, such as 500ms,"
                            + " 1.5s, 2m or 1h");
        }
        String unit = matcher.group(3);
        long nanosPerUnit =
                switch (unit == null ? "s" : unit) {
                    case "ms" -> 1_000_000L;
                    case "m" -> 60_000_000_000L;
                    case "h" -> 3_600_000_000_000L;
                    default -> 1_000_000_000L;
                };
        try {
            long whole = Math.multiplyExact(Long.parseLong(matcher.group(1)), nanosPerUnit);
            long rest = billionths(matcher.group(2)) * (nanosPerUnit / 1000) / 1_000_000;
            return Duration.ofNanos(Math.addExact(whole, rest));
        } catch (ArithmeticException e) {
            throw new UsageException(option + " " + text + ": longer than 292 years");
        }
    }

    /** Parses the digits behind a decimal point; null means that there are none. */
    private static long billionths(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits + "0".repeat(9 - digits.length()));
    }

    /** As {@link #parse}, but refuses zero. */
    static Duration parsePositive(String option, String text) throws UsageException {
        Duration duration = parse(option, text);
        if (!duration.isPositive()) {
            throw new UsageException(option + " " + text + ": must be longer than 0");
        }
        return duration;
    }

    /** Formats a duration for people: {@code 0.012s}, {@code 2m03.4s}, {@code 1h02m03s}. */
    static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 60_000) {
            return millis / 1000 + "." + padded(millis % 1000, 3) + "s";
        }
        long tenths = millis / 100;
        if (millis < 3_600_000) {
            return tenths / 600 + "m" + padded(tenths / 10 % 60, 2) + "." + tenths % 10 + "s";
        }
        long seconds = millis / 1000;
        return seconds / 3600
                + "h"
                + padded(seconds / 60 % 60, 2)
                + "m"
                + padded(seconds % 60, 2)
                + "s";
    }

    /** Avoids {@code String.format}, whose first use costs a run of one job a tenth of its time. */
    private static String padded(long number, int width) {
        String digits = Long.toString(number);
        return "0".repeat(width - digits.length()) + digits;
    }
}

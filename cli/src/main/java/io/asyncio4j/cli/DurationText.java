package io.asyncio4j.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as people write them: {@code 500ms}, {@code 1.5s}, {@code 2m}, {@code 1h}, {@code 5}.
 */
final class DurationText {
    private static final Pattern FORM = Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)(ms|s|m|h)?");
    private static final BigDecimal NANOS_PER_MILLI = BigDecimal.valueOf(1_000_000);
    private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

    private DurationText() {}

    /**
     * Reads a duration; a plain number counts seconds.
     *
     * @param option where it was given, for the message
     * @throws UsageException if it is none
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
        String unit = matcher.group(2);
        long millis =
                switch (unit == null ? "s" : unit) {
                    case "ms" -> 1;
                    case "m" -> 60_000;
                    case "h" -> 3_600_000;
                    default -> 1000;
                };
        BigDecimal nanos =
                new BigDecimal(matcher.group(1))
                        .multiply(BigDecimal.valueOf(millis))
                        .multiply(NANOS_PER_MILLI);
        if (nanos.compareTo(LONGEST) > 0) {
            throw new UsageException(option + " " + text + ": longer than 292 years");
        }
        return Duration.ofNanos(nanos.longValue());
    }

    /** As {@link #parse}, but zero is refused. */
    static Duration parsePositive(String option, String text) throws UsageException {
        Duration duration = parse(option, text);
        if (!duration.isPositive()) {
            throw new UsageException(option + " " + text + ": must be longer than 0");
        }
        return duration;
    }

    /** Writes a duration for people: {@code 0.012s}, {@code 2m03.4s}, {@code 1h02m03s}. */
    static String format(Duration duration) {
        long millis = duration.toMillis();
        if (millis < 60_000) {
            return String.format(Locale.ROOT, "%d.%03ds", millis / 1000, millis % 1000);
        }
        long tenths = millis / 100;
        if (millis < 3_600_000) {
            return String.format(
                    Locale.ROOT, "%dm%02d.%ds", tenths / 600, tenths / 10 % 60, tenths % 10);
        }
        long seconds = millis / 1000;
        return String.format(
                Locale.ROOT, "%dh%02dm%02ds", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}

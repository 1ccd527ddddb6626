package io.asyncio4j.loop;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.VirtualThreads;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;

/**
 * Limits how long code that the JDK has parked may hold its loop, in carrier mode, and reports code
 * that was parked for longer.
 */
final class BlockingGrace {

    static final String PROPERTY = "asyncio4j.blockingGrace";

    /** What {@link #nanos} returns if there is no limit. */
    static final long FOR_EVER = Long.MAX_VALUE;

    // Enough for a diagnosis; a program that blocks everywhere must not fill the memory.
    private static final int MAX_PLACES = 100;

    private final EventLoop loop;
    // Written in turns of the loop, read by the thread that carries it.
    private volatile Duration grace = fromProperty(System.getProperty(PROPERTY));
    // Used by the carrier only.
    private final Set<StackTraceElement> reported = new HashSet<>();

    BlockingGrace(EventLoop loop) {
        this.loop = loop;
    }

    Duration get() {
        return grace;
    }

    void set(Duration newGrace) {
        Objects.requireNonNull(newGrace, "grace");
        if (newGrace.isNegative()) {
            throw new IllegalArgumentException("grace must not be negative: " + newGrace);
        }
        grace = newGrace;
    }

    long nanos() {
        return Durations.saturatedNanos(grace);
    }

    static Duration fromProperty(@Nullable String text) {
        if (text == null || text.isBlank()) {
            return Duration.ofMillis(10);
        }
        String value = text.strip().toLowerCase(Locale.ROOT);
        if (value.equals("forever")) {
            return ChronoUnit.FOREVER.getDuration();
        }
        try {
            Duration parsed =
                    value.startsWith("p")
                            ? Duration.parse(value)
                            : Duration.ofMillis(Long.parseLong(value));
            if (!parsed.isNegative()) {
                return parsed;
            }
        } catch (NumberFormatException | DateTimeException e) {
            // Rejected below, like a negative value.
        }
        throw new IllegalArgumentException(
                PROPERTY
                        + "="
                        + text
                        + " is invalid; give milliseconds (10), an ISO-8601 duration (PT0.01S),"
                        + " or forever; 0 sets no grace");
    }

    /**
     * Reports that the loop continues without {@code holder}, a task or callback that is parked in
     * {@code thread}.
     */
    void reportOver(Object holder, Thread thread) {
        boolean always = loop.getDebug();
        if (!always && reported.size() >= MAX_PLACES) {
            return;
        }
        StackTraceElement[] stack = thread.getStackTrace();
        StackTraceElement place = TaskStacks.firstOfUser(stack);
        if (place == null || !reported.add(place) && !always) {
            return;
        }
        String text =
                String.format(
                        Locale.ROOT,
                        "%s of %s has been blocked at %s for longer than %.3f seconds; the loop"
                                + " continues without it, and other code may see its work half done."
                                + " In a task, wrap code that blocks on purpose in blocking(...)",
                        holder,
                        loop,
                        place,
                        nanos() / 1e9);
        Runnable log = () -> ExceptionReports.logBlocked(text, stack);
        try {
            // Outside of the loop: the blocked code may hold the logger's own lock.
            VirtualThreads.newThread(ChildThreads::carry, "asyncio4j-report", log).start();
        } catch (Throwable e) {
            loop.callSoonThreadsafe(log); // no thread can be started
        }
    }
}

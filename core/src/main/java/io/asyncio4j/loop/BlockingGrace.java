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
 * For how long code that the JDK has parked holds its loop, in carrier mode, and the reports of
 * what did for longer.
 */
final class BlockingGrace {

    static final String PROPERTY = "asyncio4j.blockingGrace";

    /** What {@link #nanos} returns if the loop is to wait for as long as it takes. */
    static final long FOR_EVER = Long.MAX_VALUE;

    // Enough to find what is wrong; a program that blocks everywhere must not fill the memory.
    private static final int MAX_PLACES = 100;

    private final EventLoop loop;
    // Written in turns of the loop, read by the thread that carries it.
    private volatile Duration grace = fromProperty(System.getProperty(PROPERTY));
    // The carrier's.
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
            // Refused below, as a negative one is.
        }
        throw new IllegalArgumentException(
                PROPERTY
                        + "="
                        + text
                        + ": give milliseconds (10), a duration (PT0.01S), or forever; 0 is none");
    }

    /**
     * Reports that {@code holder}, a task or callback which runs in {@code thread} and is parked,
     * holds the loop no longer.
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
                        "%s of %s has been blocked at %s for longer than %.3f seconds; the loop goes on without"
                                + " it, so that others may see its work half done. In a task, wrap"
                                + " code that blocks on purpose in blocking(...)",
                        holder,
                        loop,
                        place,
                        nanos() / 1e9);
        Runnable log = () -> ExceptionReports.logBlocked(text, stack);
        try {
            // Beside the loop: what is blocked may hold the logger's own lock.
            VirtualThreads.newThread(ChildThreads::carry, "asyncio4j-report", log).start();
        } catch (Throwable e) {
            loop.callSoonThreadsafe(log); // no thread is left
        }
    }
}

package io.asyncio4j.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.TimerHandle;
import io.asyncio4j.testing.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("portable")
@ParameterizedClass
@MethodSource("io.asyncio4j.testing.Loops#names")
class TimerTest {

    private final BaseEventLoop loop;
    private final List<Object> events = new ArrayList<>();

    TimerTest(String selector) {
        loop = Loops.open(selector);
    }

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    @DisplayName("a timer never runs early, whatever the resolution of the selector")
    void callLater_neverEarly() {
        for (long micros : new long[] {1, 10, 100, 400, 999, 1_001, 1_500, 2_300}) {
            long deadline = loop.time() + TimeUnit.MICROSECONDS.toNanos(micros);
            loop.callAt(
                    deadline,
                    () -> {
                        events.add(loop.time() - deadline);
                        loop.stop();
                    });
            loop.runForever();
        }
        assertThat(events).hasSize(8).allMatch(late -> (Long) late >= 0);
    }

    @Test
    @DisplayName("nor in a loop that is awake all the time")
    void callLater_busyLoop_neverEarly() {
        for (int i = 1; i <= 20; i++) {
            long deadline = loop.time() + TimeUnit.MICROSECONDS.toNanos(100L * i);
            loop.callAt(
                    deadline,
                    () -> {
                        events.add(loop.time() - deadline);
                        loop.stop();
                    });
            keepAwake(events.size() + 1);
            loop.runForever();
        }
        assertThat(events).hasSize(20).allMatch(late -> (Long) late >= 0);
    }

    private void keepAwake(int until) {
        if (events.size() < until) {
            loop.callSoon(() -> keepAwake(until));
        }
    }

    @Test
    @DisplayName("callLater's deadline is the time plus the delay")
    void callLater_when_isTimePlusDelay() {
        long before = loop.time();
        TimerHandle timer = loop.callLater(Duration.ofSeconds(5), () -> {});
        long after = loop.time();
        long delay = Duration.ofSeconds(5).toNanos();
        assertThat(timer.when()).isBetween(before + delay, after + delay);
    }

    @Test
    @DisplayName("timers run in the order of deadlines, ties in the order of scheduling")
    void callAt_order() {
        long base = loop.time() - TimeUnit.SECONDS.toNanos(1);
        var random = new Random(42);
        record Entry(long when, int sequence) {}
        var expected = new ArrayList<Entry>();
        var timers = new ArrayList<TimerHandle>();
        for (int i = 0; i < 2000; i++) {
            var entry = new Entry(base + random.nextInt(50), i);
            expected.add(entry);
            timers.add(loop.callAt(entry.when(), () -> events.add(entry)));
        }
        for (int i = 1999; i >= 0; i--) {
            if (random.nextInt(3) == 0) {
                timers.get(i).cancel();
                expected.remove(i);
            }
        }
        expected.sort(
                java.util.Comparator.comparingLong(Entry::when).thenComparingInt(Entry::sequence));
        Loops.iterate(loop);
        assertThat(events).isEqualTo(expected);
    }

    @Test
    @DisplayName("a cancelled timer does not run and does not keep the loop from a later one")
    void cancel_timer_neverRuns() {
        TimerHandle cancelled = loop.callLater(Duration.ofMillis(1), () -> events.add("cancelled"));
        loop.callLater(Duration.ofMillis(3), () -> events.add("later"));
        loop.callLater(Duration.ofMillis(4), loop::stop);
        loop.callSoon(cancelled::cancel);
        loop.runForever();
        assertThat(events).containsExactly("later");
    }

    @Test
    @DisplayName("a due timer that a callback before it cancels does not run")
    void cancel_dueTimer_neverRuns() {
        TimerHandle[] second = new TimerHandle[1];
        long now = loop.time();
        loop.callAt(now, () -> second[0].cancel());
        second[0] = loop.callAt(now, () -> events.add("cancelled"));
        Loops.iterate(loop);
        Loops.iterate(loop);
        assertThat(events).isEmpty();
    }

    @Test
    @DisplayName("delays of zero, less, and centuries in both directions keep their order")
    void callLater_extremes() {
        Duration centuries = Duration.ofSeconds(Long.MAX_VALUE);
        loop.callLater(centuries, () -> events.add("never"));
        loop.callLater(Duration.ZERO, () -> events.add("zero"));
        loop.callLater(Duration.ofSeconds(-1), () -> events.add("past"));
        loop.callLater(centuries.negated(), () -> events.add("long ago"));
        loop.callAt(Long.MIN_VALUE, () -> events.add("first of all"));
        loop.callAt(Long.MAX_VALUE, () -> events.add("last of all"));
        Loops.iterate(loop);
        assertThat(events).containsExactly("first of all", "long ago", "past", "zero");
    }

    @Test
    @DisplayName("a loop with nothing but a deadline in the past does not wait")
    void run_onlyPastDeadline_runsAtOnce() {
        loop.callAt(Long.MIN_VALUE, loop::stop);
        loop.runForever();
    }

    @Test
    @DisplayName("the clock does not go backwards")
    void time_isMonotonic() {
        long last = loop.time();
        for (int i = 0; i < 10_000; i++) {
            long now = loop.time();
            assertThat(now).isGreaterThanOrEqualTo(last);
            last = now;
        }
    }
}

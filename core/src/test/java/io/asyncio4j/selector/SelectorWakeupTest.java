package io.asyncio4j.selector;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How long a select waits, and what ends it. */
@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class SelectorWakeupTest {
    @ParameterizedTest
    @EnumSource
    @DisplayName("a timeout never ends early")
    void select_neverEarly(Kind kind) throws IOException {
        try (Selector selector = kind.open()) {
            for (long nanos : new long[] {1, 999_999, 1_000_001, 3_300_000}) {
                assertThat(timesUntilInTime(selector, nanos, () -> {})).isLessThan(20);
            }
        }
    }

    /** How often a select ends early, as a signal may have it do, until one does not. */
    private static int timesUntilInTime(Selector selector, long nanos, Runnable before)
            throws IOException {
        for (int times = 0; ; times++) {
            before.run();
            long start = System.nanoTime();
            assertThat(selector.select(nanos)).isZero();
            if (times == 20 || System.nanoTime() - start >= nanos) {
                return times;
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("a wake-up before a select ends it at once, and only that one")
    void wakeup_remembered(Kind kind) throws IOException {
        try (Selector selector = kind.open()) {
            Runnable wokenOnce =
                    () -> {
                        selector.wakeup();
                        selector.wakeup();
                        try {
                            assertThat(selector.select(-1)).isZero();
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    };
            assertThat(timesUntilInTime(selector, 20_000_000, wokenOnce)).isLessThan(20);
        }
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("no wake-up is lost, from any thread and at any time")
    void wakeup_neverLost(Kind kind) throws Exception {
        int rounds = 5_000;
        try (Selector selector = kind.open()) {
            AtomicInteger published = new AtomicInteger();
            AtomicInteger seen = new AtomicInteger();
            List<Thread> wakers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                wakers.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    for (int k = 0; k < rounds; k++) {
                                        int mine = published.incrementAndGet();
                                        selector.wakeup();
                                        while (k % 8 == 0 && seen.get() < mine) {
                                            Thread.yield(); // on one core, to the selector
                                        }
                                    }
                                }));
            }
            // A lost wake-up leaves this select asleep for ever: the test's timeout tells.
            while (seen.get() < 2 * rounds) {
                if (seen.get() == published.get()) {
                    selector.select(-1);
                }
                seen.set(published.get());
            }
            for (Thread waker : wakers) {
                waker.join();
            }
        }
    }
}

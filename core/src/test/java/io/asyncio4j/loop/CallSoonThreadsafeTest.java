package io.asyncio4j.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.testing.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("portable")
@ParameterizedClass
@MethodSource("io.asyncio4j.testing.Loops#names")
class CallSoonThreadsafeTest {

    private static final int THREADS = 4;

    private final String selector;

    CallSoonThreadsafeTest(String selector) {
        this.selector = selector;
    }

    @Test
    @DisplayName("from many threads every callback runs once, each thread's in its order")
    void manyThreads_allRunInOrder() throws Exception {
        int each = 20_000;
        try (var loop = Loops.open(selector)) {
            var last = new int[THREADS];
            int[] total = {0};
            var threads = new ArrayList<Thread>();
            for (int t = 0; t < THREADS; t++) {
                int thread = t;
                threads.add(
                        Thread.ofPlatform()
                                .start(() -> {
                                    for (int i = 1; i <= each; i++) {
                                        int number = i;
                                        loop.callSoonThreadsafe(() -> {
                                            assertThat(number).isEqualTo(last[thread] + 1);
                                            last[thread] = number;
                                            if (++total[0] == THREADS * each) {
                                                loop.stop();
                                            }
                                        });
                                    }
                                }));
            }
            List<Throwable> failures = new ArrayList<>();
            loop.setExceptionHandler((where, context) -> {
                failures.add(context.exception());
                loop.stop();
            });
            loop.runForever();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(failures).isEmpty();
            assertThat(last).containsOnly(each);
        }
    }

    @Test
    @DisplayName("a sleeping loop wakes for every single callback")
    void sleepingLoop_wakes() throws Exception {
        try (var loop = Loops.open(selector)) {
            var run =
                    new FutureTask<>(() -> {
                        loop.runForever();
                        return null;
                    });
            Thread.ofPlatform().start(run);
            // Each one waits for the answer before, so that the loop goes to sleep in between.
            for (int i = 0; i < 2_000; i++) {
                int number = i;
                var answer = new FutureTask<>(() -> number);
                loop.callSoonThreadsafe(answer);
                assertThat(answer.get()).isEqualTo(number);
            }
            loop.callSoonThreadsafe(loop::stop);
            run.get();
        }
    }

    @Test
    @DisplayName("while the loop closes, callers get the closed error or nothing, never another")
    void whileClosing_onlyClosedError() throws Exception {
        for (int round = 0; round < 50; round++) {
            var loop = Loops.open(selector);
            var started = new CountDownLatch(THREADS);
            var wrong = new AtomicReference<Throwable>();
            var threads = new ArrayList<Thread>();
            for (int t = 0; t < THREADS; t++) {
                threads.add(
                        Thread.ofPlatform()
                                .start(() ->
                                        wrong.compareAndSet(null, callUntilClosed(loop, started))));
            }
            started.await();
            loop.callLater(Duration.ofNanos(100_000), loop::stop);
            loop.runForever();
            loop.close();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(wrong).hasNullValue();
        }
    }

    /**
     * Calls as fast as the loop can run; returns what was thrown but the error for a closed loop.
     */
    private static @Nullable Throwable callUntilClosed(EventLoop loop, CountDownLatch started) {
        var pending = new Semaphore(100);
        started.countDown();
        try {
            while (true) {
                if (pending.tryAcquire()) {
                    loop.callSoonThreadsafe(pending::release);
                } else if (loop.isClosed()) {
                    loop.callSoonThreadsafe(() -> {});
                }
            }
        } catch (IllegalStateException e) {
            return "Event loop is closed".equals(e.getMessage()) ? null : e;
        } catch (Throwable e) {
            return e;
        }
    }

    @Test
    @DisplayName(
            "a million callbacks from ten threads while the loop closes: each runs once or never")
    void millionWhileClosing() throws Exception {
        int each = 100_000;
        var loop = Loops.open(selector);
        var wrong = new AtomicReference<Throwable>();
        int[] ran = {0};
        var accepted = new AtomicInteger();
        var started = new CountDownLatch(10);
        var threads = new ArrayList<Thread>();
        for (int t = 0; t < 10; t++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(() -> {
                                started.countDown();
                                try {
                                    for (int i = 0; i < each; i++) {
                                        loop.callSoonThreadsafe(() -> ran[0]++);
                                        accepted.getAndIncrement();
                                    }
                                } catch (IllegalStateException closed) {
                                    if (!"Event loop is closed".equals(closed.getMessage())) {
                                        wrong.set(closed);
                                    }
                                } catch (Throwable e) {
                                    wrong.set(e);
                                }
                            }));
        }
        started.await();
        loop.callLater(Duration.ofMillis(10), loop::stop);
        loop.runForever();
        int ranBefore = ran[0];
        loop.close();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(wrong).hasNullValue();
        assertThat(ran[0]).isEqualTo(ranBefore).isPositive();
        assertThat(accepted.get()).isGreaterThanOrEqualTo(ranBefore);
    }
}

package io.asyncio4j.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.Asyncio;
import io.asyncio4j.Future;
import io.asyncio4j.Task;
import io.asyncio4j.testing.Loops;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** asyncio's promise: at any moment at most one of {a callback, a task} of a loop runs. */
class OneAtATimeTest {

    /** Deliberately without any synchronisation. */
    private static final class Plain {
        long counter;
        boolean busy;
        int overlaps;

        // Wanted by a plain thread as well.
        final ReentrantLock lock = new ReentrantLock();

        void step() {
            long before = begin();
            for (int i = 0; i < 20; i++) {
                Thread.onSpinWait();
            }
            end(before);
        }

        /** As {@link #step}, the JDK parking the thread in the middle. */
        void stepAcrossLock() {
            long before = begin();
            lock.lock();
            lock.unlock();
            end(before);
        }

        private long begin() {
            if (busy) {
                overlaps++;
            }
            busy = true;
            return counter;
        }

        private void end(long before) {
            counter = before + 1;
            busy = false;
        }
    }

    @ParameterizedTest
    @MethodSource("io.asyncio4j.testing.Loops#names")
    @DisplayName(
            "tasks, callbacks, timers and foreign threads count without a lock and lose nothing")
    void plainCounter_losesNothing(String selector) throws Exception {
        int tasks = 20;
        int steps = 300;
        int foreign = 5_000;
        var plain = new Plain();
        var stop = new AtomicBoolean();
        var threads = new ArrayList<Thread>();
        var disturbers = new ArrayList<Thread>();
        long expected;
        try (var loop = Loops.open(selector)) {
            loop.setBlockingGrace(ChronoUnit.FOREVER.getDuration());
            expected =
                    loop.runUntilComplete(() -> {
                        long sum = 0;
                        var all = new ArrayList<Future<?>>();
                        var parked = new ArrayList<Thread>();
                        for (int t = 0; t < tasks; t++) {
                            var random = new Random(t);
                            all.add(
                                    Asyncio.createTask(() -> {
                                        parked.add(Thread.currentThread());
                                        work(loop, plain, random, steps);
                                    }));
                            sum += 2L * steps;
                        }
                        Asyncio.sleep(Duration.ZERO);
                        for (int t = 0; t < 2; t++) {
                            var posted = loop.<Boolean>createFuture();
                            all.add(posted);
                            threads.add(
                                    Thread.ofPlatform()
                                            .start(() -> post(loop, plain, foreign, posted)));
                            sum += foreign;
                        }
                        // Spurious unparks and interrupts hit tasks in all states.
                        disturbers.add(Thread.ofPlatform().start(() -> disturb(parked, stop)));
                        disturbers.add(Thread.ofPlatform().start(() -> contend(plain, stop)));
                        for (Future<?> each : all) {
                            each.await();
                        }
                        return sum;
                    });
            stop.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
            for (Thread thread : disturbers) {
                thread.join();
            }
        }
        assertThat(plain.overlaps).isZero();
        assertThat(plain.counter).isEqualTo(expected);
    }

    private static void work(BaseEventLoop loop, Plain plain, Random random, int steps) {
        for (int i = 0; i < steps; i++) {
            plain.step();
            switch (random.nextInt(7)) {
                case 0 -> {
                    loop.callSoon(plain::step);
                    Asyncio.sleep(Duration.ZERO);
                }
                case 1 -> {
                    loop.callLater(Duration.ofNanos(random.nextInt(50_000)), plain::step);
                    Asyncio.sleep(Duration.ofNanos(random.nextInt(100_000)));
                }
                case 4 -> {
                    plain.stepAcrossLock();
                    Asyncio.sleep(Duration.ZERO);
                }
                case 5 -> {
                    loop.callSoon(plain::stepAcrossLock);
                    Asyncio.sleep(Duration.ZERO);
                }
                case 6 -> {
                    Asyncio.blocking(() -> LockSupport.parkNanos(1_000));
                    plain.step();
                }
                case 2 -> {
                    Task<?> child = Asyncio.createTask(plain::step);
                    child.await();
                }
                default -> {
                    Future<Boolean> future = loop.createFuture();
                    loop.callSoonThreadsafe(() -> {
                        plain.step();
                        future.setResult(true);
                    });
                    future.await();
                }
            }
        }
        // Timers that are still under way count as well.
        Asyncio.sleep(Duration.ofMillis(1));
    }

    private static void post(BaseEventLoop loop, Plain plain, int times, Future<Boolean> posted) {
        for (int i = 0; i < times; i++) {
            loop.callSoonThreadsafe(plain::step);
        }
        loop.callSoonThreadsafe(() -> posted.setResult(true));
    }

    private static void contend(Plain plain, AtomicBoolean stop) {
        while (!stop.get()) {
            plain.lock.lock();
            LockSupport.parkNanos(1_000);
            plain.lock.unlock();
        }
    }

    private static void disturb(ArrayList<Thread> threads, AtomicBoolean stop) {
        var random = new Random(7);
        while (!stop.get()) {
            Thread thread = threads.get(random.nextInt(threads.size()));
            LockSupport.unpark(thread);
            if (random.nextInt(10) == 0) {
                thread.interrupt();
            }
            LockSupport.parkNanos(20_000);
        }
    }
}

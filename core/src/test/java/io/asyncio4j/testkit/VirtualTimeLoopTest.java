package io.asyncio4j.testkit;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.Asyncio.timeout;
import static io.asyncio4j.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.Action;
import io.asyncio4j.Future;
import io.asyncio4j.Runner;
import io.asyncio4j.Task;
import io.asyncio4j.selector.NioSelector;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class VirtualTimeLoopTest {

    private static final Duration HOUR = Duration.ofHours(1);

    private final List<String> events = new ArrayList<>();

    private static void run(Action main) throws Exception {
        run(VirtualTimeLoop::new, main);
    }

    private static void run(Supplier<VirtualTimeLoop> loopFactory, Action main) throws Exception {
        try (var runner = new Runner(loopFactory)) {
            runner.run(() -> {
                main.run();
                return null;
            });
        }
    }

    private static VirtualTimeLoop loop() {
        return (VirtualTimeLoop) getRunningLoop();
    }

    @Test
    @DisplayName("The clock jumps to the next deadline, exactly")
    void sleep_jumps() throws Exception {
        run(() -> {
            sleep(HOUR);
            assertThat(loop().time()).isEqualTo(HOUR.toNanos());
            sleep(Duration.ofNanos(1));
            assertThat(loop().time()).isEqualTo(HOUR.toNanos() + 1);
        });
    }

    @Test
    @DisplayName("Sleepers wake in the order of their deadlines; time stands still while one works")
    void sleepers_inOrder() throws Exception {
        run(() -> {
            Task<?> late = createTask(() -> sleepAndTell("late", 3));
            Task<?> early = createTask(() -> sleepAndTell("early", 1));
            sleep(HOUR.multipliedBy(2));
            for (int i = 0; i < 1000; i++) {
                sleep(Duration.ZERO);
            }
            assertThat(loop().time()).isEqualTo(HOUR.multipliedBy(2).toNanos());
            assertThat(events).containsExactly("early at 1");
            await(early);
            await(late);
            assertThat(events).containsExactly("early at 1", "late at 3");
        });
    }

    private void sleepAndTell(String name, int hours) {
        sleep(HOUR.multipliedBy(hours));
        events.add(name + " at " + Duration.ofNanos(loop().time()).toHours());
    }

    @Test
    @DisplayName("A timeout of days needs no time")
    void timeout_days() throws Exception {
        run(() -> {
            Future<String> never = loop().createFuture();
            assertThatThrownBy(() -> timeout(Duration.ofDays(30), () -> await(never)))
                    .isInstanceOf(TimeoutException.class);
        });
    }

    @Test
    @DisplayName(
            "Tasks that wait for each other, and for nothing else, fail the run with their stacks")
    void deadlock_isTold() {
        assertThatExceptionOfType(DeadlockError.class)
                .isThrownBy(() ->
                        run(() -> {
                            var second = new Task<?>[1];
                            Task<?> first =
                                    loop().createTask(
                                                    () -> {
                                                        sleep(Duration.ZERO);
                                                        return waitForSecond(second);
                                                    },
                                                    "first");
                            second[0] = loop().createTask(() -> await(first), "second");
                            await(first);
                        }))
                .withMessageContaining("first")
                .withMessageContaining("second")
                .withMessageContaining("waitForSecond");
    }

    private static Object waitForSecond(Task<?>[] second) {
        return await(second[0]);
    }

    @Test
    @DisplayName("A call in an executor holds the clock, though there is a deadline")
    void executor_holdsClock() throws Exception {
        run(() -> {
            var begun = new CountDownLatch(1);
            String result =
                    timeout(
                            HOUR,
                            () -> {
                                return toThread(() -> {
                                    begun.countDown();
                                    return "result";
                                });
                            });
            assertThat(result).isEqualTo("result");
            assertThat(loop().time()).isZero();
        });
    }

    @Test
    @DisplayName("A stage of another thread holds the clock until it is complete")
    void wrapFuture_holdsClock() throws Exception {
        run(() -> {
            var stage = new CompletableFuture<String>();
            loop().callLater(HOUR, () -> events.add("too early"));
            Thread.ofPlatform().start(() -> stage.complete("done"));
            assertThat(await(stage)).isEqualTo("done");
            assertThat(events).isEmpty();
        });
    }

    @Test
    @DisplayName("A hold keeps the clock until a thread that nobody knows of lets go")
    void hold_keepsClock() throws Exception {
        run(() -> {
            VirtualTimeLoop loop = loop();
            Future<String> future = loop.createFuture();
            var hold = loop.hold();
            loop.callLater(HOUR, () -> events.add("timer"));
            Thread.ofPlatform()
                    .start(() -> {
                        loop.callSoonThreadsafe(() -> future.setResult("outside"));
                        hold.close();
                        hold.close();
                    });
            assertThat(await(future)).isEqualTo("outside");
            assertThat(events).isEmpty();
            sleep(HOUR);
            assertThat(events).containsExactly("timer");
        });
    }

    @Test
    @DisplayName("A ready descriptor comes before a deadline; an idle one is no deadlock")
    void io_comesFirst() throws Exception {
        Pipe pipe = Pipe.open();
        try (var source = pipe.source();
                var sink = pipe.sink()) {
            source.configureBlocking(false);
            run(
                    () -> new VirtualTimeLoop(new NioSelector()),
                    () -> {
                        loop().addReader(
                                        source,
                                        () -> {
                                            events.add("io");
                                            loop().removeReader(source);
                                        });
                        sink.write(ByteBuffer.wrap(new byte[1]));
                        sleep(HOUR);
                        events.add("timer");
                        Future<String> read = loop().createFuture();
                        source.read(ByteBuffer.allocate(1));
                        loop().addReader(source, () -> read.setResult("read"));
                        var writer =
                                Thread.ofPlatform()
                                        .start(() -> {
                                            try {
                                                sink.write(ByteBuffer.wrap(new byte[1]));
                                            } catch (java.io.IOException e) {
                                                throw new AssertionError(e);
                                            }
                                        });
                        events.add(await(read));
                        loop().removeReader(source);
                        writer.join();
                    });
        }
        assertThat(events).containsExactly("io", "timer", "read");
    }

    @Test
    @DisplayName("A task that is blocked in the JDK holds the clock, and is no deadlock")
    void blockedTask_isWaitedFor() throws Exception {
        var gate = new java.util.concurrent.CountDownLatch(1);
        Thread opener = Thread.ofPlatform().unstarted(gate::countDown);
        run(
                VirtualTimeLoop::new,
                () -> {
                    loop().callLater(HOUR, () -> events.add("timer"));
                    // From a thread: in hand-off mode a blocked task holds the loop itself.
                    opener.start();
                    gate.await();
                    events.add("open");
                });
        opener.join();
        assertThat(events).first().isEqualTo("open");
    }
}

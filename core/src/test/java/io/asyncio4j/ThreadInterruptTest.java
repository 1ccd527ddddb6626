package io.asyncio4j;

import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.currentTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.testing.Loops;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Interrupts of the thread that is inside of run, by {@link Thread#interrupt()}. */
@ParameterizedClass(name = "{0}, virtual: {1}")
@MethodSource("callers")
record ThreadInterruptTest(String selector, boolean virtual) {

    private static final Duration LONG = Duration.ofHours(1);

    static Stream<Arguments> callers() {
        return Loops.names()
                .flatMap(each -> Stream.of(Arguments.of(each, false), Arguments.of(each, true)));
    }

    /** Runs {@code body} in a thread of the kind under test, which it may leave interrupted. */
    private void inThread(Action body) throws Exception {
        var task =
                new FutureTask<Void>(() -> {
                    body.run();
                    return null;
                });
        Thread thread = (virtual ? Thread.ofVirtual() : Thread.ofPlatform()).start(task);
        task.get();
        thread.join();
    }

    private void run(Action main) throws Exception {
        try (var runner = new Runner(() -> Loops.open(selector))) {
            runner.run(main::run);
        }
    }

    private static void interruptFromElsewhere(Thread thread) {
        Thread.ofPlatform().start(thread::interrupt);
    }

    @Test
    @DisplayName("it cancels the main task, which cleans up, and leaves the status set")
    void interrupt_cancelsMain() throws Exception {
        inThread(() -> {
            Thread self = Thread.currentThread();
            for (int i = 0; i < 50; i++) {
                boolean[] cleaned = {false};
                assertThatExceptionOfType(InterruptedRunException.class)
                        .isThrownBy(() ->
                                run(() -> {
                                    interruptFromElsewhere(self);
                                    try {
                                        sleep(LONG);
                                    } finally {
                                        sleep(Duration.ofMillis(1));
                                        cleaned[0] = true;
                                    }
                                }));
                assertThat(cleaned[0]).isTrue();
                assertThat(Thread.interrupted()).isTrue();
            }
        });
    }

    @Test
    @DisplayName("it is noticed while a callback holds the loop, and after java.nio was used there")
    void interrupt_afterNioInCallback_cancelsMain() throws Exception {
        inThread(() -> {
            Thread self = Thread.currentThread();
            Pipe pipe = Pipe.open();
            assertThatExceptionOfType(InterruptedRunException.class)
                    .isThrownBy(() ->
                            run(() -> {
                                getRunningLoop()
                                        .callSoon(() -> {
                                            try {
                                                pipe.sink().write(ByteBuffer.allocate(1));
                                                pipe.source().read(ByteBuffer.allocate(1));
                                            } catch (java.io.IOException e) {
                                                throw new AssertionError(e);
                                            }
                                        });
                                sleep(Duration.ofMillis(5)); // the callback's iteration, and a wait
                                getRunningLoop().callSoon(() -> interruptFromElsewhere(self));
                                sleep(LONG);
                            }));
            assertThat(Thread.interrupted()).isTrue();
            pipe.sink().close();
            pipe.source().close();
        });
    }

    @Test
    @DisplayName("a main task that stays has its result returned, the status being set")
    void interrupt_swallowed_returnsResult() throws Exception {
        inThread(() -> {
            Thread self = Thread.currentThread();
            boolean[] stayed = {false};
            run(() -> {
                interruptFromElsewhere(self);
                try {
                    sleep(LONG);
                } catch (CancellationException e) {
                    self.interrupt(); // cancels no more
                    sleep(Duration.ofMillis(1));
                    stayed[0] = true;
                }
            });
            assertThat(stayed[0]).isTrue();
            assertThat(Thread.interrupted()).isTrue();
        });
    }

    @Test
    @DisplayName("a status that was set before cancels nothing, and is set afterwards")
    void statusBefore_isKept() throws Exception {
        inThread(() -> {
            boolean[] ran = {false};
            Thread.currentThread().interrupt();
            run(() -> {
                sleep(Duration.ofMillis(1));
                ran[0] = true;
            });
            assertThat(ran[0]).isTrue();
            assertThat(Thread.interrupted()).isTrue();
            assertThat(Thread.interrupted()).isFalse();
        });
    }

    @Test
    @DisplayName("a status that a callback or the main task sets for itself is kept as well")
    void statusSetInside_isKept() throws Exception {
        inThread(() -> {
            boolean[] ran = {false};
            run(() -> {
                getRunningLoop().callSoon(() -> Thread.currentThread().interrupt());
                sleep(Duration.ofMillis(1));
                ran[0] = true;
            });
            assertThat(ran[0]).isTrue();
            assertThat(Thread.interrupted()).isTrue();
            run(() -> {
                sleep(Duration.ZERO);
                Thread.currentThread().interrupt();
            });
            assertThat(Thread.interrupted()).isTrue();
            run(() -> sleep(Duration.ZERO));
            assertThat(Thread.interrupted()).isFalse();
        });
    }

    @Test
    @DisplayName("a main task that is cancelled already stays cancelled")
    void interrupt_cancelledAlready_isCancellation() throws Exception {
        inThread(() -> {
            Thread self = Thread.currentThread();
            assertThatThrownBy(() ->
                            run(() -> {
                                currentTask().cancel("first");
                                self.interrupt();
                                sleep(LONG);
                            }))
                    .isInstanceOf(CancellationException.class)
                    .isNotInstanceOf(InterruptedRunException.class);
            assertThat(Thread.interrupted()).isTrue();
        });
    }

    @Test
    @DisplayName("other tasks go on, and are cancelled when the runner closes")
    void interrupt_leavesOthersAlone() throws Exception {
        inThread(() -> {
            Thread self = Thread.currentThread();
            boolean[] lived = {false};
            assertThatExceptionOfType(InterruptedRunException.class)
                    .isThrownBy(() ->
                            run(() -> {
                                Task<?> other =
                                        createTask(() -> {
                                            sleep(LONG);
                                        });
                                interruptFromElsewhere(self);
                                try {
                                    sleep(LONG);
                                } finally {
                                    lived[0] = !other.isDone();
                                }
                            }));
            assertThat(lived[0]).isTrue();
            assertThat(Thread.interrupted()).isTrue();
        });
    }

    @Test
    @DisplayName("a loop that is run without a runner goes on; the status is set afterwards")
    void loopAlone_keepsStatus() throws Exception {
        inThread(() -> {
            Thread self = Thread.currentThread();
            try (var loop = Loops.open(selector)) {
                loop.callSoon(() -> {
                    var interrupter = Thread.ofPlatform().start(self::interrupt);
                    while (interrupter.isAlive()) {
                        Thread.onSpinWait();
                    }
                    loop.callLater(Duration.ofMillis(5), loop::stop);
                });
                loop.runForever();
            }
            assertThat(Thread.interrupted()).isTrue();
        });
    }
}

package io.asyncio4j;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.blocking;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.currentTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.Asyncio.toThread;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.interop.AsyncIterator;
import io.asyncio4j.spi.LoopContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Flow;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InteropTest {

    private final List<String> events = new ArrayList<>();

    @Test
    @DisplayName("The scheduled view runs on the loop, from any thread, never early")
    void scheduledExecutor_runsOnLoop() throws Exception {
        run(() -> {
            EventLoop loop = getRunningLoop();
            ScheduledExecutorService executor = loop.asScheduledExecutor();
            long begin = loop.time();
            String result =
                    toThread(() ->
                            executor.schedule(
                                            () -> {
                                                assertThat(getRunningLoop()).isSameAs(loop);
                                                return "timed";
                                            },
                                            1,
                                            TimeUnit.MILLISECONDS)
                                    .get());
            assertThat(result).isEqualTo("timed");
            assertThat(loop.time() - begin).isGreaterThanOrEqualTo(1_000_000);
            String submitted = toThread(() -> executor.submit(() -> "submitted").get());
            assertThat(submitted).isEqualTo("submitted");
            toThread(() -> {
                executor.close();
                return null;
            });
            assertThat(executor.isTerminated()).isTrue();
            assertThatThrownBy(() -> executor.execute(() -> {}))
                    .isInstanceOf(RejectedExecutionException.class);
        });
    }

    @Test
    @DisplayName("Periodic work repeats until cancelled, or until it throws")
    void scheduledExecutor_periodic() {
        run(() -> {
            ScheduledExecutorService executor = getRunningLoop().asScheduledExecutor();
            Future<String> third = getRunningLoop().createFuture();
            int[] count = {0};
            var rate =
                    executor.scheduleAtFixedRate(
                            () -> {
                                if (++count[0] == 3) {
                                    third.setResult("");
                                }
                            },
                            0,
                            1,
                            TimeUnit.MICROSECONDS);
            await(third);
            rate.cancel(false);
            var failing =
                    executor.scheduleWithFixedDelay(
                            () -> {
                                events.add("ran");
                                throw new IllegalArgumentException("bad");
                            },
                            0,
                            1,
                            TimeUnit.MICROSECONDS);
            assertThatThrownBy(() -> toThread(() -> failing.get())).hasRootCauseMessage("bad");
            assertThat(events).containsExactly("ran");
            assertThatIllegalArgumentException()
                    .isThrownBy(
                            () -> executor.scheduleAtFixedRate(() -> {}, 0, 0, TimeUnit.SECONDS));
            executor.shutdown();
            assertThat(executor.isTerminated()).isTrue();
        });
    }

    @Test
    @DisplayName("shutdownNow drops what waits; waiting for the end on the loop is refused")
    void scheduledExecutor_shutdownNow() throws Exception {
        run(() -> {
            EventLoop loop = getRunningLoop();
            ScheduledExecutorService executor = loop.asScheduledExecutor();
            var later = executor.schedule(() -> events.add("never"), 1, TimeUnit.HOURS);
            executor.execute(() -> events.add("dropped"));
            executor.shutdown();
            assertThatIllegalStateException()
                    .isThrownBy(() -> executor.awaitTermination(1, TimeUnit.HOURS));
            assertThat(executor.shutdownNow()).hasSize(2);
            assertThat(later.isCancelled()).isTrue();
            assertThat(executor.awaitTermination(1, TimeUnit.HOURS)).isTrue();
            sleep(Duration.ZERO);
            sleep(Duration.ZERO);
            assertThat(events).isEmpty();
        });
    }

    @Test
    @DisplayName("What is running is not dropped, and the end comes after it")
    void scheduledExecutor_shutdownNowWhileRunning() {
        run(() -> {
            ScheduledExecutorService executor = getRunningLoop().asScheduledExecutor();
            executor.execute(() -> {
                assertThat(executor.shutdownNow()).isEmpty();
                events.add("ended " + executor.isTerminated());
            });
            sleep(Duration.ZERO);
            assertThat(events).containsExactly("ended false");
            assertThat(executor.isTerminated()).isTrue();
        });
    }

    @Test
    @DisplayName("Work that is cancelled while it runs ends, and then the executor does")
    void scheduledExecutor_cancelWhileRunning() {
        run(() -> {
            EventLoop loop = getRunningLoop();
            for (long period : new long[] {0, 1}) {
                ScheduledExecutorService executor = loop.asScheduledExecutor();
                var work = new ScheduledFuture<?>[1];
                Future<String> ran = loop.createFuture();
                Runnable command =
                        () -> {
                            work[0].cancel(false);
                            executor.shutdown();
                            ran.setResult("ended " + executor.isTerminated());
                        };
                work[0] =
                        period == 0
                                ? executor.schedule(command, 0, TimeUnit.SECONDS)
                                : executor.scheduleAtFixedRate(command, 0, period, TimeUnit.HOURS);
                assertThat(await(ran)).isEqualTo("ended false");
                assertThat(executor.isTerminated()).isTrue();
            }
        });
    }

    @Test
    @DisplayName("A shutdown cancels periodic work, also the one that is running")
    void scheduledExecutor_shutdownWhilePeriodicRuns() {
        run(() -> {
            ScheduledExecutorService executor = getRunningLoop().asScheduledExecutor();
            var waits = executor.scheduleAtFixedRate(() -> {}, 1, 1, TimeUnit.HOURS);
            var runs = executor.scheduleAtFixedRate(executor::shutdown, 0, 1, TimeUnit.HOURS);
            assertThatThrownBy(() -> toThread(() -> runs.get()))
                    .isInstanceOf(CancellationException.class);
            assertThat(waits.isCancelled()).isTrue();
            assertThat(executor.isTerminated()).isTrue();
        });
    }

    @Test
    @DisplayName("What execute's command throws goes to the exception handler")
    void scheduledExecutor_executeThrows() {
        run(() -> {
            EventLoop loop = getRunningLoop();
            loop.setExceptionHandler(
                    (each, context) -> events.add(context.exception().getMessage()));
            loop.asScheduledExecutor()
                    .execute(() -> {
                        throw new IllegalArgumentException("bad");
                    });
            sleep(Duration.ZERO);
            sleep(Duration.ZERO);
            assertThat(events).containsExactly("bad");
        });
    }

    @Test
    @DisplayName("Threads of the factory are tasks of the loop: they await, and take turns")
    void threadFactory_threadsAreTasks() throws Exception {
        assumeTrue(LoopContext.mode() == LoopContext.TaskMode.CARRIER);
        run(() -> {
            Thread platform = Thread.currentThread();
            EventLoop loop = getRunningLoop();
            try (var executor = Executors.newThreadPerTaskExecutor(loop.threadFactory())) {
                var left = executor.submit(() -> forked("left", loop));
                var right = executor.submit(() -> forked("right", loop));
                assertThat(blocking(() -> left.get() + right.get())).isEqualTo("leftright");
            }
            assertThat(events).containsExactly("left 0", "right 0", "left 1", "right 1");
            assertThat(Thread.currentThread()).isSameAs(platform);
            assertThat(loop.allTasks()).containsExactly(currentTask());
        });
    }

    private String forked(String name, EventLoop loop) {
        assertThat(getRunningLoop()).isSameAs(loop);
        assertThat(loop.allTasks()).contains(currentTask());
        for (int i = 0; i < 2; i++) {
            events.add(name + " " + i);
            sleep(Duration.ZERO);
        }
        return name;
    }

    @Test
    @DisplayName("Interrupting such a thread cancels its await")
    void threadFactory_interruptCancels() {
        assumeTrue(LoopContext.mode() == LoopContext.TaskMode.CARRIER);
        run(() -> {
            Future<Void> begun = getRunningLoop().createFuture();
            try (var executor =
                    Executors.newThreadPerTaskExecutor(getRunningLoop().threadFactory())) {
                var fork =
                        executor.submit(() -> {
                            begun.setResult(null);
                            try {
                                sleep(Duration.ofHours(1));
                            } catch (CancellationException e) {
                                events.add(e.getMessage());
                            }
                            events.add("flag " + Thread.interrupted());
                        });
                await(begun);
                fork.cancel(true);
                blocking(executor::close); // waits for the fork, which needs a turn
            }
            assertThat(events).containsExactly("interrupted", "flag true");
        });
    }

    @Test
    @DisplayName("In hand-off mode the factory says what it would need")
    void threadFactory_handoff_refused() {
        assumeTrue(LoopContext.mode() == LoopContext.TaskMode.HANDOFF);
        run(() ->
                assertThatThrownBy(() -> getRunningLoop().threadFactory())
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining("carrier mode"));
    }

    @Test
    @DisplayName("A publisher of other threads is iterated over in order")
    void asyncIterator_order() {
        run(() -> {
            var publisher = new SubmissionPublisher<Integer>();
            try (var numbers = AsyncIterator.of(publisher, 4)) {
                var submitting =
                        createTask(() ->
                                toThread(() -> {
                                    for (int i = 0; i < 1000; i++) {
                                        publisher.submit(i);
                                    }
                                    publisher.close();
                                    return null;
                                }));
                int expected = 0;
                while (numbers.hasNext()) {
                    assertThat(numbers.next()).isEqualTo(expected++);
                }
                assertThat(expected).isEqualTo(1000);
                await(submitting);
            }
        });
    }

    /** A publisher under the test's control. */
    private static final class Manual implements Flow.Publisher<String>, Flow.Subscription {
        private Flow.Subscriber<? super String> subscriber;
        private long requested;
        private boolean cancelled;

        @Override
        public void subscribe(Flow.Subscriber<? super String> newSubscriber) {
            subscriber = newSubscriber;
            newSubscriber.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            requested += n;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    @Test
    @DisplayName("It asks for no more than its capacity ahead, and closing cancels")
    void asyncIterator_boundedAndClosed() {
        run(() -> {
            var publisher = new Manual();
            try (var items = AsyncIterator.of(publisher, 2)) {
                sleep(Duration.ZERO);
                assertThat(publisher.requested).isEqualTo(2);
                publisher.subscriber.onNext("a");
                publisher.subscriber.onNext("b");
                assertThat(items.next()).isEqualTo("a");
                assertThat(items.next()).isEqualTo("b");
                assertThat(publisher.requested).isEqualTo(4);
            }
            assertThat(publisher.cancelled).isTrue();
        });
    }

    @Test
    @DisplayName("A failure comes after the items; too many items are a failure")
    void asyncIterator_failures() {
        run(() -> {
            var failing = new Manual();
            var items = AsyncIterator.of(failing);
            failing.subscriber.onNext("last");
            failing.subscriber.onError(new IOException("broken"));
            assertThat(items.next()).isEqualTo("last");
            assertThatThrownBy(items::hasNext)
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(IOException.class);
            var flooding = new Manual();
            var flooded = AsyncIterator.of(flooding, 1);
            flooding.subscriber.onNext("1");
            flooding.subscriber.onNext("2");
            sleep(Duration.ZERO);
            sleep(Duration.ZERO);
            assertThat(flooded.next()).isEqualTo("1");
            assertThatIllegalStateException().isThrownBy(flooded::hasNext);
            assertThat(flooding.cancelled).isTrue();
        });
    }

    @Test
    @DisplayName("A cancelled wait loses no item; a second waiter is refused; closing ends a wait")
    void asyncIterator_cancelledWait() {
        run(() -> {
            var publisher = new Manual();
            var items = AsyncIterator.of(publisher);
            Task<String> waiting = createTask(items::next);
            sleep(Duration.ZERO);
            assertThatIllegalStateException().isThrownBy(items::hasNext);
            waiting.cancel();
            publisher.subscriber.onNext("kept");
            assertThatThrownBy(waiting::await).isInstanceOf(CancellationException.class);
            assertThat(items.next()).isEqualTo("kept");
            Task<Boolean> last = createTask(items::hasNext);
            sleep(Duration.ZERO);
            items.close();
            assertThat(await(last)).isFalse();
        });
    }

    @Test
    @DisplayName("A stage completed elsewhere, and a future handed elsewhere")
    void completableFuture_bothWays() throws Exception {
        run(() -> {
            var stage = new CompletableFuture<String>();
            Thread.ofPlatform().start(() -> stage.complete("elsewhere"));
            assertThat(await(stage)).isEqualTo("elsewhere");
            Task<String> task = createTask(() -> "here");
            CompletableFuture<String> handed = task.toCompletableFuture();
            String result = toThread(() -> handed.get());
            assertThat(result).isEqualTo("here");
        });
    }

    @Test
    @DisplayName("A period that is longer than the clock runs is one run")
    void scheduledExecutor_endlessPeriod() {
        run(() -> {
            ScheduledExecutorService executor = getRunningLoop().asScheduledExecutor();
            executor.scheduleAtFixedRate(
                    () -> events.add("rate"), 0, Long.MAX_VALUE, TimeUnit.NANOSECONDS);
            executor.scheduleWithFixedDelay(
                    () -> events.add("delay"), 0, Long.MAX_VALUE, TimeUnit.DAYS);
            while (events.size() < 2) {
                sleep(Duration.ZERO);
            }
            for (int i = 0; i < 10; i++) {
                sleep(Duration.ofNanos(1));
            }
            assertThat(events).containsExactlyInAnyOrder("rate", "delay");
            executor.shutdownNow();
        });
    }

    @Test
    @DisplayName("What is accepted while it shuts down runs before it has terminated")
    void scheduledExecutor_acceptedWhileItShutsDown() throws Exception {
        try (var loop = Asyncio.newEventLoop()) {
            for (int i = 0; i < 500; i++) {
                ScheduledExecutorService executor = loop.asScheduledExecutor();
                var meet = new CyclicBarrier(2);
                var submitting =
                        new FutureTask<>(() -> {
                            meet.await();
                            try {
                                executor.execute(() -> {});
                                return true;
                            } catch (RejectedExecutionException e) {
                                return false;
                            }
                        });
                Thread.ofPlatform().start(submitting);
                meet.await();
                executor.shutdown();
                // The loop does not run.
                assertThat(executor.isTerminated()).isNotEqualTo(submitting.get());
            }
        }
    }

    @Test
    @DisplayName("A loop that closes cancels what its scheduled view has not run")
    void scheduledExecutor_loopClosed() throws Exception {
        ScheduledExecutorService executor;
        java.util.concurrent.Future<?> later;
        try (var loop = Asyncio.newEventLoop()) {
            executor = loop.asScheduledExecutor();
            executor.execute(() -> events.add("never"));
            later = executor.schedule(() -> events.add("never"), 1, TimeUnit.HOURS);
        }
        assertThat(later.isCancelled()).isTrue();
        assertThat(executor.awaitTermination(1, TimeUnit.HOURS)).isTrue();
        assertThat(events).isEmpty();
    }
}

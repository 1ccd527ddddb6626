package io.asyncio4j.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.Asyncio;
import io.asyncio4j.Future;
import io.asyncio4j.spi.LoopContext;
import io.asyncio4j.testing.Properties;
import io.asyncio4j.warning.RuntimeWarning;
import io.asyncio4j.warning.Warnings;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LoopExecutorTest {

    private final SelectorEventLoop loop = new SelectorEventLoop();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    @DisplayName("the call runs in another thread, its result comes to the loop")
    void runInExecutor_result() {
        Thread thread = loop.runUntilComplete(loop.runInExecutor(Thread::currentThread));
        assertThat(thread).isNotSameAs(Thread.currentThread());
        assertThat(thread.isDaemon()).isTrue();
        assertThat(loop.runUntilComplete(loop.runInExecutor(LoopContext::current))).isNull();
    }

    @Test
    @DisplayName("callbacks of its future run on the loop")
    void runInExecutor_callback_onLoop() {
        var contexts = new ArrayList<LoopContext>();
        Future<Integer> future = loop.runInExecutor(() -> 1);
        future.addDoneCallback(done -> contexts.add(LoopContext.current()));
        loop.runUntilComplete(future);
        assertThat(contexts).hasSize(1).doesNotContainNull();
    }

    @Test
    @DisplayName("what the call throws is the future's exception")
    void runInExecutor_throws() {
        var failure = new IOException("made up");
        Future<Integer> future =
                loop.runInExecutor(() -> {
                    throw failure;
                });
        assertThatThrownBy(() -> loop.runUntilComplete(future))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isSameAs(failure);
        assertThat(future.exception()).isSameAs(failure);
    }

    @Test
    @DisplayName("a call that is cancelled before it began is not made")
    void runInExecutor_cancelledEarly_isNotMade() throws Exception {
        try (ExecutorService single = Executors.newSingleThreadExecutor()) {
            var release = new CountDownLatch(1);
            var called = new AtomicBoolean();
            Future<Boolean> blocker =
                    loop.runInExecutor(
                            single,
                            () -> {
                                release.await();
                                return true;
                            });
            Future<Boolean> cancelled = loop.runInExecutor(single, () -> called.getAndSet(true));
            cancelled.cancel();
            io.asyncio4j.testing.Loops.iterate(loop);
            release.countDown();
            loop.runUntilComplete(blocker);
            loop.runUntilComplete(loop.runInExecutor(single, () -> true));
            assertThat(called).isFalse();
            assertThat(cancelled.isCancelled()).isTrue();
        }
    }

    @Test
    @DisplayName("a call that ends after the loop was closed troubles nobody")
    void runInExecutor_loopClosedMeanwhile() throws Exception {
        var release = new CountDownLatch(1);
        var thread = new Thread[1];
        var started = new CountDownLatch(1);
        loop.runInExecutor(
                command -> thread[0] = Thread.ofPlatform().start(command),
                () -> {
                    started.countDown();
                    release.await();
                    return true;
                });
        started.await();
        loop.close();
        var uncaught = new AtomicBoolean();
        thread[0].setUncaughtExceptionHandler((who, e) -> uncaught.set(true));
        release.countDown();
        thread[0].join();
        assertThat(uncaught).isFalse();
    }

    @Test
    @DisplayName("an executor of virtual threads works from callbacks and tasks")
    void runInExecutor_virtualThreads() {
        try (ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
            int sum =
                    loop.runUntilComplete(() -> {
                        var futures = new ArrayList<Future<Integer>>();
                        var all = Asyncio.getRunningLoop().<Boolean>createFuture();
                        for (int i = 0; i < 50; i++) {
                            int number = i;
                            futures.add(
                                    loop.runInExecutor(
                                            virtual,
                                            () -> {
                                                Thread.sleep(1);
                                                return number;
                                            }));
                        }
                        loop.callSoon(() ->
                                loop.runInExecutor(virtual, () -> 1000)
                                        .addDoneCallback(done -> all.setResult(true)));
                        Asyncio.await(all);
                        return Asyncio.gather(futures).stream().mapToInt(Integer::intValue).sum();
                    });
            assertThat(sum).isEqualTo(49 * 50 / 2);
        }
    }

    @Test
    @DisplayName("an executor that was set becomes the default, and is shut down with the loop")
    void setDefaultExecutor_isUsedAndClosed() {
        ExecutorService mine =
                Executors.newSingleThreadExecutor(Thread.ofPlatform().name("mine").factory());
        loop.setDefaultExecutor(mine);
        Thread thread = loop.runUntilComplete(loop.runInExecutor(Thread::currentThread));
        assertThat(thread.getName()).isEqualTo("mine");
        loop.close();
        assertThat(mine.isShutdown()).isTrue();
    }

    @Test
    @DisplayName("shutting down waits for the work and then takes no more")
    void shutdownDefaultExecutor_waits() {
        var release = new CountDownLatch(1);
        var finished = new AtomicBoolean();
        loop.runInExecutor(() -> {
            release.await();
            return finished.getAndSet(true);
        });
        var shutdown = loop.shutdownDefaultExecutor(null);
        io.asyncio4j.testing.Loops.iterate(loop);
        assertThat(shutdown.isDone()).isFalse();
        release.countDown();
        loop.runUntilComplete(shutdown);
        assertThat(finished).isTrue();
        assertThatThrownBy(() -> loop.runInExecutor(() -> 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The default executor was shut down; pass another to runInExecutor");
    }

    @Test
    @DisplayName("shutting down gives up with a warning when the time is up")
    void shutdownDefaultExecutor_timeout_warns() {
        var interrupted = new CountDownLatch(1);
        loop.runInExecutor(() -> awaitInterrupt(interrupted));
        try (var warnings = Warnings.record()) {
            loop.runUntilComplete(() -> {
                loop.shutdownDefaultExecutor(Duration.ofMillis(10)).await();
                Asyncio.sleep(Duration.ZERO);
                return null;
            });
            assertThat(warnings.messages(RuntimeWarning.class))
                    .singleElement()
                    .asString()
                    .contains("PT0.01S");
        }
    }

    @Test
    @DisplayName("when the time of a shutdown is up, what runs is interrupted, the rest cancelled")
    void shutdownDefaultExecutor_timeout_endsCalls() {
        loop.setDefaultExecutor(Executors.newSingleThreadExecutor());
        var interrupted = new CountDownLatch(1);
        var running = loop.runInExecutor(() -> awaitInterrupt(interrupted));
        var queued = loop.runInExecutor(() -> 5);
        try (var _ = Warnings.record()) {
            loop.runUntilComplete(loop.shutdownDefaultExecutor(Duration.ofMillis(1)));
            assertThat(loop.runUntilComplete(running)).isTrue();
            assertThatThrownBy(() -> loop.runUntilComplete(queued))
                    .isInstanceOf(CancellationException.class);
        }
    }

    @Test
    @DisplayName("also when warnings are errors the shutdown ends")
    void shutdownDefaultExecutor_warningIsError_ends() {
        var failures = new ArrayList<Throwable>();
        loop.setExceptionHandler((where, context) -> failures.add(context.exception()));
        loop.runInExecutor(() -> awaitInterrupt(new CountDownLatch(1)));
        try (var filter = Properties.set("asyncio4j.warnings", "error")) {
            assertThat(filter).isNotNull();
            loop.runUntilComplete(loop.shutdownDefaultExecutor(Duration.ofMillis(1)));
        }
        assertThat(failures).hasSize(1).hasOnlyElementsOfType(RuntimeWarning.class);
    }

    private static boolean awaitInterrupt(CountDownLatch interrupted) {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            interrupted.countDown();
        }
        return true;
    }
}

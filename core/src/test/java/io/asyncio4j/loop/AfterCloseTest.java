package io.asyncio4j.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.TimerHandle;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.interop.AsyncIterator;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Logs;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a closed loop has left behind may be ended, is reported, and does not keep the loop. */
@ExtendWith(LeakCheck.class)
class AfterCloseTest {

    private static void turn(EventLoop loop, Runnable body) {
        loop.callSoon(() -> {
            loop.stop();
            body.run();
        });
        loop.runForever();
    }

    private static void awaitGone(WeakReference<?> reference) {
        long begin = System.nanoTime();
        while (!reference.refersTo(null)) {
            assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(30));
            System.gc();
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    @DisplayName("timers and handles may be cancelled after the loop is closed")
    void handles_cancelledAfterClose_nothingHappens() {
        var loop = new SelectorEventLoop();
        var timers = new ArrayList<TimerHandle>();
        for (int i = 0; i < 20; i++) {
            timers.add(loop.callLater(Duration.ofSeconds(i), () -> {}));
        }
        var soon = loop.callSoon(() -> {});
        loop.close();
        assertThatCode(() -> timers.forEach(TimerHandle::cancel)).doesNotThrowAnyException();
        assertThatCode(soon::cancel).doesNotThrowAnyException();
        assertThat(timers).allMatch(TimerHandle::isCancelled);
    }

    @Test
    @DisplayName("futures with callbacks may be completed and cancelled after the loop is closed")
    void futures_completedAfterClose_nothingHappens() {
        var loop = new SelectorEventLoop();
        var called = new ArrayList<Object>();
        List<Future<String>> futures = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Future<String> future = loop.createFuture();
            future.addDoneCallback(called::add);
            future.addDoneCallback(called::add);
            futures.add(future);
        }
        loop.close();
        futures.get(0).setResult("late");
        futures.get(1).setException(new IOException("late"));
        futures.get(2).cancel();
        assertThat(futures).allMatch(Future::isDone);
        assertThat(futures.get(1).exception()).hasMessage("late");
        assertThat(called).isEmpty();
    }

    @Test
    @DisplayName(
            "a task that waits when the loop is closed may be cancelled, as may what it awaits")
    void task_cancelledAfterClose_nothingHappens() {
        var loop = new SelectorEventLoop();
        Future<String> awaited = loop.createFuture();
        try (var _ = Logs.capture()) {
            var task = loop.createTask(awaited::await);
            var unbegun = new ArrayList<Future<String>>();
            turn(loop, () -> unbegun.add(loop.createTask(() -> "never")));
            loop.close();
            assertThatCode(task::cancel).doesNotThrowAnyException();
            assertThatCode(unbegun.getFirst()::cancel).doesNotThrowAnyException();
            assertThat(awaited.isCancelled()).isTrue();
        }
    }

    @Test
    @DisplayName("a stage of a future is completed with an exception when the loop is closed first")
    void toCompletableFuture_loopClosed_completesExceptionally() throws Exception {
        var loop = new SelectorEventLoop();
        CompletableFuture<String> pending = loop.<String>createFuture().toCompletableFuture();
        Future<String> done = loop.createFuture();
        CompletableFuture<String> doneInTime = done.toCompletableFuture();
        done.setResult("result");
        Future<String> late = loop.createFuture();
        loop.close();
        assertThatThrownBy(() -> pending.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("The event loop was closed");
        assertThat(doneInTime.get(20, TimeUnit.SECONDS)).isEqualTo("result");
        assertThat(done.toCompletableFuture().get(20, TimeUnit.SECONDS)).isEqualTo("result");
        assertThatThrownBy(() -> late.toCompletableFuture().get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class);
        assertThatCode(() -> pending.cancel(false)).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("work that was submitted to the loop as an executor ends cancelled")
    void scheduledExecutor_loopClosed_submittedWorkIsCancelled() {
        var loop = new SelectorEventLoop();
        var executor = loop.asScheduledExecutor();
        var submitted = executor.submit(() -> "never");
        var scheduled = executor.schedule(() -> "never", 1, TimeUnit.HOURS);
        loop.close();
        assertThatThrownBy(() -> submitted.get(20, TimeUnit.SECONDS))
                .isInstanceOf(CancellationException.class);
        assertThatThrownBy(() -> scheduled.get(20, TimeUnit.SECONDS))
                .isInstanceOf(CancellationException.class);
    }

    @Test
    @DisplayName("calls in an executor are reported once if their outcome comes too late")
    void executor_outcomeAfterClose_isReportedOnce() throws Exception {
        try (ExecutorService executor = Executors.newSingleThreadExecutor();
                var logs = Logs.capture()) {
            var loop = new SelectorEventLoop();
            var begun = new CountDownLatch(1);
            var release = new CountDownLatch(1);
            loop.runInExecutor(
                    executor,
                    () -> {
                        throw new IOException("delivered too late");
                    });
            // Behind it in the executor's one thread: so it has ended.
            loop.runInExecutor(
                    executor,
                    () -> {
                        begun.countDown();
                        release.await();
                        throw new IOException("ended too late");
                    });
            begun.await();
            loop.close();
            release.countDown();
            executor.shutdown();
            assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
            assertThat(logs.entries())
                    .filteredOn(entry -> entry.message().contains("A call in an executor"))
                    .extracting(entry -> String.valueOf(entry.thrown()))
                    .containsExactlyInAnyOrder(
                            "java.io.IOException: delivered too late",
                            "java.io.IOException: ended too late");
        }
    }

    @Test
    @DisplayName("a stage that a future follows is reported once if it is completed too late")
    void follow_completedAfterClose_isReportedOnce() {
        try (var logs = Logs.capture()) {
            var loop = new SelectorEventLoop();
            var before = new CompletableFuture<String>();
            var after = new CompletableFuture<String>();
            loop.wrapFuture(before);
            loop.wrapFuture(after);
            before.completeExceptionally(new IOException("delivered too late"));
            loop.close();
            after.completeExceptionally(new IOException("completed too late"));
            assertThat(logs.entries())
                    .filteredOn(entry -> entry.message().contains("A stage was completed"))
                    .extracting(entry -> String.valueOf(entry.thrown()))
                    .containsExactly(
                            "java.io.IOException: delivered too late",
                            "java.io.IOException: completed too late");
        }
    }

    @Test
    @DisplayName("a publisher is asked to stop when the loop of its subscriber is closed")
    void asyncIterator_loopClosed_cancelsSubscription() throws Exception {
        try (var publisher = new SubmissionPublisher<String>()) {
            var loop = new SelectorEventLoop();
            var iterators = new ArrayList<AsyncIterator<String>>();
            turn(loop, () -> iterators.add(AsyncIterator.of(publisher)));
            loop.close();
            long begin = System.nanoTime();
            while (publisher.hasSubscribers()) {
                publisher.submit("item");
                assertThat(System.nanoTime() - begin).isLessThan(TimeUnit.SECONDS.toNanos(30));
            }
            assertThatCode(iterators.getFirst()::close).doesNotThrowAnyException();
        }
    }

    @Test
    @DisplayName("a closed loop is not kept by what outlives it")
    void closedLoop_isNotKept() throws Exception {
        var stage = new CompletableFuture<String>();
        var release = new CountDownLatch(1);
        try (var publisher = new SubmissionPublisher<String>();
                var executor = Executors.newSingleThreadExecutor();
                var logs = Logs.captureCleaners()) {
            // A SubmissionPublisher keeps the first thread that uses it.
            var _ = publisher.consume(item -> {});
            try {
                awaitGone(leaveThingsBehind(stage, publisher, executor, release));
            } finally {
                release.countDown();
            }
            assertThat(stage.isDone()).isFalse();
            while (!logs.messages().contains("Future exception was never retrieved")) {
                LockSupport.parkNanos(1_000_000);
            }
        }
    }

    /** A loop with a failure of its own, as a subclass may have. */
    private static final class Owner extends SelectorEventLoop {
        @Nullable Future<String> failed;
    }

    private static WeakReference<EventLoop> leaveThingsBehind(
            CompletableFuture<String> stage,
            SubmissionPublisher<String> publisher,
            ExecutorService executor,
            CountDownLatch release)
            throws InterruptedException {
        var loop = new Owner();
        loop.wrapFuture(stage);
        turn(loop, () -> AsyncIterator.of(publisher));
        var begun = new CountDownLatch(1);
        loop.runInExecutor(
                executor,
                () -> {
                    begun.countDown();
                    release.await();
                    return null;
                });
        begun.await();
        loop.failed = loop.createFuture();
        loop.failed.setException(new IOException("known to the loop only"));
        loop.close();
        return new WeakReference<>(loop);
    }
}

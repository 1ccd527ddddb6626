package io.asyncio4j;

import static io.asyncio4j.testing.Loops.iterate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.testing.Logs;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class FutureTest {

    private final EventLoop loop = new SelectorEventLoop();
    private final Future<String> future = loop.createFuture();
    private final List<Object> events = new ArrayList<>();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    @DisplayName("pending: no result, no exception, not done")
    void pending_hasNoOutcome() {
        assertThat(future.isDone()).isFalse();
        assertThat(future.isCancelled()).isFalse();
        assertThatThrownBy(future::result).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(future::exception).isInstanceOf(IllegalStateException.class);
        assertThat(future.loop()).isSameAs(loop);
    }

    @Test
    @DisplayName("a result is set once")
    void setResult_once() {
        future.setResult("a");
        assertThat(future.result()).isEqualTo("a");
        assertThat(future.exception()).isNull();
        assertThat(future.cancel()).isFalse();
        assertThatThrownBy(() -> future.setResult("b")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> future.setException(new IOException()))
                .isInstanceOf(IllegalStateException.class);
        assertThat(future.result()).isEqualTo("a");
    }

    @Test
    @DisplayName(
            "an unchecked exception is thrown as it is, an error too, a checked one is wrapped")
    void setException_kinds() {
        var unchecked = new IllegalArgumentException();
        future.setException(unchecked);
        assertThatThrownBy(future::result).isSameAs(unchecked);
        assertThat(future.exception()).isSameAs(unchecked);

        var error = new AssertionError();
        Future<String> second = loop.createFuture();
        second.setException(error);
        assertThatThrownBy(second::result).isSameAs(error);

        var checked = new IOException();
        Future<String> third = loop.createFuture();
        third.setException(checked);
        assertThatThrownBy(third::result).isInstanceOf(CompletionException.class).hasCause(checked);
    }

    @Test
    @DisplayName("cancelled: the message is in the exception")
    void cancel_message() {
        assertThat(future.cancel("enough")).isTrue();
        assertThat(future.isDone()).isTrue();
        assertThat(future.isCancelled()).isTrue();
        assertThat(future.cancel()).isFalse();
        assertThatThrownBy(future::result)
                .isInstanceOf(CancellationException.class)
                .hasMessage("enough");
        assertThatThrownBy(future::exception).isInstanceOf(CancellationException.class);
    }

    @Test
    @DisplayName("callbacks run on the loop, in the next iteration, in the order of adding")
    void addDoneCallback_order() {
        for (int i = 0; i < 5; i++) {
            int number = i;
            future.addDoneCallback(done -> events.add(number));
        }
        future.setResult("a");
        future.addDoneCallback(done -> events.add("late"));
        assertThat(events).isEmpty();
        iterate(loop);
        assertThat(events).containsExactly(0, 1, 2, 3, 4, "late");
    }

    @Test
    @DisplayName("a callback that was added twice runs twice, and is removed at once")
    void removeDoneCallback_counts() {
        Consumer<Future<String>> callback = done -> events.add("removed");
        future.addDoneCallback(callback);
        assertThat(future.removeDoneCallback(callback)).isEqualTo(1);
        future.addDoneCallback(callback);
        future.addDoneCallback(done -> events.add("kept"));
        future.addDoneCallback(callback);
        assertThat(future.removeDoneCallback(callback)).isEqualTo(2);
        assertThat(future.removeDoneCallback(callback)).isZero();
        future.setResult("a");
        iterate(loop);
        assertThat(events).containsExactly("kept");
    }

    @Test
    @DisplayName("a callback that throws is reported, and the others run")
    void callbackThrows_othersRun() {
        loop.setExceptionHandler((where, context) -> events.add(context.exception()));
        var failure = new IllegalArgumentException();
        future.addDoneCallback(done -> {
            throw failure;
        });
        future.addDoneCallback(done -> events.add("second"));
        future.setResult("a");
        iterate(loop);
        assertThat(events).containsExactly(failure, "second");
    }

    @Test
    @DisplayName("await of a done future returns at once, anywhere")
    void await_done_returns() {
        future.setResult("a");
        assertThat(future.await()).isEqualTo("a");
    }

    @Test
    @DisplayName("await outside of a task says what to do")
    void await_noTask_throws() {
        assertThatThrownBy(future::await)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Asyncio.run");
        loop.setExceptionHandler((where, context) -> events.add(context.exception().getMessage()));
        loop.callSoon(future::await);
        iterate(loop);
        assertThat(events).singleElement().asString().contains("not from a callback");
    }

    // With CompletionStage

    @Test
    @DisplayName("a stage completed in another thread completes the future on the loop")
    void wrapFuture_completedElsewhere() {
        var stage = new CompletableFuture<String>();
        Future<String> wrapped = loop.wrapFuture(stage);
        Thread.ofPlatform().start(() -> stage.complete("theirs"));
        assertThat(loop.runUntilComplete(wrapped)).isEqualTo("theirs");
    }

    @Test
    @DisplayName("a stage's exception arrives without its wrapper, its cancellation as one")
    void wrapFuture_failures() {
        var failure = new IOException("made up");
        Future<String> failed =
                loop.wrapFuture(
                        CompletableFuture.<String>failedFuture(failure).thenApply(s -> s + "!"));
        assertThatThrownBy(() -> loop.runUntilComplete(failed)).hasCause(failure);
        assertThat(failed.exception()).isSameAs(failure);

        var stage = new CompletableFuture<String>();
        Future<String> cancelled = loop.wrapFuture(stage);
        stage.cancel(false);
        assertThatThrownBy(() -> loop.runUntilComplete(cancelled))
                .isInstanceOf(CancellationException.class);
        assertThat(cancelled.isCancelled()).isTrue();
    }

    @Test
    @DisplayName("cancelling the future cancels the stage")
    void wrapFuture_cancel_cancelsStage() {
        var stage = new CompletableFuture<String>();
        loop.wrapFuture(stage).cancel();
        iterate(loop);
        assertThat(stage).isCancelled();
    }

    @Test
    @DisplayName("a stage may complete after the loop was closed")
    void wrapFuture_afterClose_isIgnored() {
        var stage = new CompletableFuture<String>();
        loop.wrapFuture(stage);
        loop.close();
        assertThat(stage.complete("late")).isTrue();
    }

    @Test
    @DisplayName("a task awaits a stage")
    void await_stage() {
        String result =
                loop.runUntilComplete(
                        () -> Asyncio.await(CompletableFuture.supplyAsync(() -> "computed")));
        assertThat(result).isEqualTo("computed");
    }

    @Test
    @DisplayName("toCompletableFuture takes over result, exception and cancellation")
    void toCompletableFuture_takesOver() {
        CompletableFuture<String> result = future.toCompletableFuture();
        future.setResult("a");
        Future<String> failing = loop.createFuture();
        var failure = new IOException();
        CompletableFuture<String> failed = failing.toCompletableFuture();
        failing.setException(failure);
        Future<String> cancelling = loop.createFuture();
        CompletableFuture<String> cancelled = cancelling.toCompletableFuture();
        cancelling.cancel();
        assertThat(result).isNotDone();
        iterate(loop);
        assertThat(result).isCompletedWithValue("a");
        assertThat(failed.exceptionNow()).isSameAs(failure);
        assertThat(cancelled).isCancelled();
    }

    @Test
    @DisplayName("cancelling the stage in another thread cancels the future on the loop")
    void toCompletableFuture_cancel_cancelsFuture() {
        CompletableFuture<String> stage = future.toCompletableFuture();
        Thread.ofPlatform().start(() -> stage.cancel(false));
        assertThatThrownBy(() -> loop.runUntilComplete(future))
                .isInstanceOf(CancellationException.class);
    }

    // Failures that nobody asked for

    private void collectUntil(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            System.gc();
            iterate(loop);
        }
    }

    @Test
    @DisplayName("an exception that nobody retrieved is reported once the future is unreachable")
    void exceptionNeverRetrieved_isReported() {
        var failure = new IOException("forgotten");
        var contexts = new ArrayList<ExceptionContext>();
        loop.setExceptionHandler((where, context) -> contexts.add(context));
        loop.<String>createFuture().setException(failure);
        collectUntil(() -> !contexts.isEmpty());
        assertThat(contexts.getFirst().exception()).isSameAs(failure);
        assertThat(contexts.getFirst().message()).isEqualTo("Future exception was never retrieved");
    }

    @Test
    @DisplayName("that of a task names the task")
    void taskExceptionNeverRetrieved_isReported() {
        var contexts = new ArrayList<ExceptionContext>();
        loop.setExceptionHandler((where, context) -> contexts.add(context));
        loop.createTask(
                () -> {
                    throw new IOException("forgotten");
                },
                "careless");
        iterate(loop);
        collectUntil(() -> !contexts.isEmpty());
        assertThat(contexts.getFirst().message())
                .contains("careless")
                .endsWith("exception was never retrieved");
    }

    @Test
    @DisplayName("one that was retrieved is not; after the loop was closed the report is logged")
    void exceptionRetrieved_isNotReported() {
        Future<String> future = loop.createFuture();
        var retrieved = new IOException("retrieved");
        future.setException(retrieved);
        assertThat(future.exception()).isNotNull();
        future = null;
        var forgotten = new IOException("forgotten");
        loop.<String>createFuture().setException(forgotten);
        loop.close();
        try (var logs = Logs.captureCleaners()) {
            while (logs.entries().stream().noneMatch(entry -> entry.thrown() == forgotten)) {
                System.gc();
                Thread.onSpinWait();
            }
            assertThat(logs.entries()).noneMatch(entry -> entry.thrown() == retrieved);
        }
    }

    @Test
    @DisplayName("a report that is on its way when the loop is closed is logged")
    void exceptionNeverRetrieved_loopClosesFirst_isLogged() {
        var posted = new AtomicBoolean();
        InvocationHandler telling =
                (proxy, method, arguments) -> {
                    Object result = method.invoke(loop, arguments);
                    if (method.getName().equals("callSoonThreadsafe")) {
                        posted.set(true);
                    }
                    return result;
                };
        var sameLoop =
                (EventLoop)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {EventLoop.class},
                                telling);
        new Future<String>(sameLoop).setException(new IOException("forgotten"));
        while (!posted.get()) {
            System.gc();
            Thread.onSpinWait();
        }
        try (var logs = Logs.capture()) {
            loop.close();
            assertThat(logs.entries())
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.thrown()).hasMessage("forgotten"));
        }
    }
}

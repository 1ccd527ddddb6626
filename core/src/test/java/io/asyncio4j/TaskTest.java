package io.asyncio4j;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.testing.Loops.iterate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.SelectorEventLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TaskTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(1);

    private final SelectorEventLoop loop = new SelectorEventLoop();
    private final List<Object> events = new ArrayList<>();

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    @DisplayName("names: given, or a number; the current task is known inside only")
    void name_andCurrent() {
        var task = loop.createTask(Asyncio::currentTask, "given");
        assertThat(task.getName()).isEqualTo("given");
        assertThat(loop.createTask(() -> 1).getName()).matches("Task-\\d+");
        assertThat(loop.allTasks()).hasSize(2).contains(task);
        assertThat(loop.runUntilComplete(task)).isSameAs(task);
        assertThat(Asyncio.currentTask()).isNull();
        assertThat(loop.allTasks()).isEmpty();
        task.setName("other");
        assertThat(task.getName()).isEqualTo("other");
        assertThatThrownBy(() -> task.setResult(null))
                .isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> task.setException(new IOException()))
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    @DisplayName("a callback has no current task, also between the turns of one")
    void current_insideCallback_isNull() {
        loop.runUntilComplete(() -> {
            loop.callSoon(() -> events.add(Asyncio.currentTask() == null));
            sleep(Duration.ZERO);
            return events.add(Asyncio.currentTask() != null);
        });
        assertThat(events).containsExactly(true, true);
    }

    @Test
    @DisplayName("a task factory makes the tasks, and null restores the built-in one")
    void taskFactory_isUsed() {
        TaskFactory factory =
                new TaskFactory() {
                    @Override
                    public <T extends @Nullable Object> Task<T> create(
                            EventLoop where,
                            java.util.concurrent.Callable<T> body,
                            @Nullable String name) {
                        events.add("made");
                        return loop.newTask(body, "factory " + name);
                    }
                };
        loop.setTaskFactory(factory);
        assertThat(loop.getTaskFactory()).isSameAs(factory);
        assertThat(loop.createTask(() -> 1, "x").getName()).isEqualTo("factory x");
        loop.setTaskFactory(null);
        loop.createTask(() -> 1);
        assertThat(events).containsExactly("made");
    }

    @Test
    @DisplayName("what the code throws is the task's exception")
    void bodyThrows() {
        var failure = new IOException("made up");
        Task<Integer> task =
                loop.createTask(() -> {
                    throw failure;
                });
        assertThatThrownBy(() -> loop.runUntilComplete(task))
                .isInstanceOf(CompletionException.class)
                .hasCause(failure);
        assertThat(task.exception()).isSameAs(failure);
    }

    @Test
    @DisplayName("the stack of a suspended task shows where it awaits")
    void getStack_suspended() {
        Task<?> task = loop.createTask(TaskTest::suspendedHere);
        iterate(loop);
        assertThat(task.getStack())
                .anyMatch(frame -> frame.getMethodName().equals("suspendedHere"));
        task.cancel();
        iterate(loop);
        iterate(loop);
        assertThat(task.getStack()).isEmpty();
    }

    private static @Nullable Void suspendedHere() {
        sleep(LONG);
        return null;
    }

    // Cancellation

    @Test
    @DisplayName("cancelled before its start, the code never runs")
    void cancel_beforeStart_neverRuns() {
        Task<?> task = loop.createTask(() -> events.add("ran"));
        assertThat(task.cancel("no need")).isTrue();
        assertThat(task.isDone()).isFalse();
        assertThatThrownBy(() -> loop.runUntilComplete(task))
                .isInstanceOf(CancellationException.class)
                .hasMessage("no need");
        assertThat(events).isEmpty();
        assertThat(task.isCancelled()).isTrue();
        assertThat(task.cancel()).isFalse();
    }

    @Test
    @DisplayName("cancelled in an await, it gets CancellationException with the message there")
    void cancel_inAwait_throwsThere() {
        Future<String> never = loop.createFuture();
        Task<?> task =
                loop.createTask(() -> {
                    try {
                        return never.await();
                    } catch (CancellationException e) {
                        events.add(e.getMessage());
                        throw e;
                    }
                });
        iterate(loop);
        assertThat(task.cancel("enough")).isTrue();
        assertThatThrownBy(() -> loop.runUntilComplete(task))
                .isInstanceOf(CancellationException.class);
        assertThat(events).containsExactly("enough");
        assertThat(never.isCancelled()).isTrue();
    }

    @Test
    @DisplayName("cancelling while it runs makes its next await throw")
    void cancel_self_nextAwaitThrows() {
        Task<?> task =
                loop.createTask(() -> {
                    Task.current().cancel("myself");
                    events.add("goes on");
                    sleep(LONG);
                    return events.add("never");
                });
        assertThatThrownBy(() -> loop.runUntilComplete(task))
                .isInstanceOf(CancellationException.class)
                .hasMessage("myself");
        assertThat(events).containsExactly("goes on");
    }

    @Test
    @DisplayName("cancelled after the awaited future was done, before the turn: it throws")
    void cancel_whileScheduled_throws() {
        Future<String> future = loop.createFuture();
        Task<String> task = loop.createTask(future::await);
        iterate(loop);
        future.setResult("too late");
        assertThat(task.cancel()).isTrue();
        assertThatThrownBy(() -> loop.runUntilComplete(task))
                .isInstanceOf(CancellationException.class);
        assertThat(future.result()).isEqualTo("too late");
    }

    @Test
    @DisplayName("cancelled while it finishes, it is cancelled, its result is lost")
    void cancel_whileFinishing_isCancelled() {
        Task<String> task =
                loop.createTask(() -> {
                    Task.current().cancel("at the end");
                    return "result";
                });
        assertThatThrownBy(() -> loop.runUntilComplete(task))
                .isInstanceOf(CancellationException.class)
                .hasMessage("at the end");
    }

    @Test
    @DisplayName("a task that swallows the cancellation goes on; cancelling counts the requests")
    void cancel_swallowed_counts() {
        Task<String> task =
                loop.createTask(() -> {
                    for (int i = 0; i < 2; i++) {
                        try {
                            sleep(LONG);
                        } catch (CancellationException e) {
                            events.add(Task.current().cancelling());
                        }
                    }
                    events.add(Task.current().uncancel());
                    events.add(Task.current().uncancel());
                    events.add(Task.current().uncancel());
                    sleep(SHORT);
                    return "stayed";
                });
        iterate(loop);
        task.cancel();
        iterate(loop);
        task.cancel();
        assertThat(loop.runUntilComplete(task)).isEqualTo("stayed");
        assertThat(events).containsExactly(1, 2, 1, 0, 0);
        assertThat(task.cancelling()).isZero();
    }

    @Test
    @DisplayName("uncancel of the last request forgets one that was not delivered yet")
    void uncancel_undelivered_forgets() {
        Task<String> task =
                loop.createTask(() -> {
                    Task.current().cancel();
                    Task.current().uncancel();
                    sleep(SHORT);
                    return "stayed";
                });
        assertThat(loop.runUntilComplete(task)).isEqualTo("stayed");
    }

    @Test
    @DisplayName("two requests before the turn are delivered as one")
    void cancel_twice_deliveredOnce() {
        Task<String> task =
                loop.createTask(() -> {
                    try {
                        sleep(LONG);
                    } catch (CancellationException e) {
                        events.add("caught");
                    }
                    sleep(SHORT);
                    return "stayed";
                });
        iterate(loop);
        task.cancel();
        task.cancel();
        assertThat(loop.runUntilComplete(task)).isEqualTo("stayed");
        assertThat(events).containsExactly("caught");
        assertThat(task.cancelling()).isEqualTo(2);
    }

    @Test
    @DisplayName("cancelling a task that awaits a task cancels that one first")
    void cancel_nested_innerFirst() {
        Task<?> outer =
                loop.createTask(() -> {
                    Task<?> inner =
                            createTask(() -> {
                                try {
                                    sleep(LONG);
                                } finally {
                                    events.add("inner");
                                }
                            });
                    try {
                        return await(inner);
                    } finally {
                        events.add("outer " + inner.isCancelled());
                    }
                });
        iterate(loop);
        iterate(loop);
        outer.cancel();
        assertThatThrownBy(() -> loop.runUntilComplete(outer))
                .isInstanceOf(CancellationException.class);
        assertThat(events).containsExactly("inner", "outer true");
    }

    // Awaiting what cannot be awaited

    @Test
    @DisplayName("a task cannot await itself")
    void await_itself_throws() {
        Task<?>[] self = new Task<?>[1];
        self[0] = loop.createTask(() -> self[0].await());
        assertThatThrownBy(() -> loop.runUntilComplete(self[0]))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("cannot await itself");
    }

    @Test
    @DisplayName("a task cannot await another loop's future")
    void await_foreign_throws() {
        try (var other = new SelectorEventLoop()) {
            Future<String> foreign = other.createFuture();
            assertThatThrownBy(() -> loop.runUntilComplete(foreign::await))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("another loop");
        }
    }

    @Test
    @DisplayName("what waits is refused in callbacks and plain threads")
    void waiting_outsideTask_throws() throws Exception {
        Future<String> future = loop.createFuture();
        List<Runnable> waits =
                List.of(
                        future::await,
                        () -> sleep(SHORT),
                        () -> sleep(Duration.ZERO),
                        () -> await(future));
        for (Runnable wait : waits) {
            loop.setExceptionHandler((where, context) -> events.add(context.exception()));
            loop.callSoon(wait);
            iterate(loop);
            var thread =
                    new FutureTask<>(() ->
                            assertThatThrownBy(wait::run)
                                    .isInstanceOf(IllegalStateException.class));
            Thread.ofPlatform().start(thread);
            thread.get();
        }
        assertThat(events).hasSize(4).hasOnlyElementsOfType(IllegalStateException.class);
    }

    @Test
    @DisplayName("many tasks may await one future, and go on in the order in which they came")
    void await_manyWaiters_inOrder() {
        Future<String> future = loop.createFuture();
        var expected = new ArrayList<Object>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            expected.add(number);
            loop.createTask(() -> {
                future.await();
                return events.add(number);
            });
        }
        iterate(loop);
        future.setResult("go");
        iterate(loop);
        assertThat(events).isEqualTo(expected);
    }
}

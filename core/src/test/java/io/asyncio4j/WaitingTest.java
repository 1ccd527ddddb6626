package io.asyncio4j;

import static io.asyncio4j.Asyncio.asCompleted;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.currentTask;
import static io.asyncio4j.Asyncio.gather;
import static io.asyncio4j.Asyncio.gatherOutcomes;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.shield;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.Asyncio.timeoutAt;
import static io.asyncio4j.Asyncio.waitFor;
import static io.asyncio4j.Asyncio.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WaitingTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(1);

    private final List<String> events = new ArrayList<>();

    private static <T> T after(int steps, T value) {
        for (int i = 0; i < steps; i++) {
            sleep(Duration.ZERO);
        }
        return value;
    }

    private static String failAfter(int steps, String message) {
        after(steps, null);
        throw new IllegalArgumentException(message);
    }

    private static <T> Task<T> task(java.util.concurrent.Callable<T> body) {
        return createTask(body);
    }

    @Test
    @DisplayName("waitUntil returns at the first that is done, and cancels nothing")
    void waitUntil_firstCompleted() {
        run(() -> {
            Task<String> quick = task(() -> after(1, "quick"));
            Task<String> slow = task(() -> after(5, "slow"));
            WaitResult<Task<String>> result =
                    waitUntil(List.of(slow, quick, slow), ReturnWhen.FIRST_COMPLETED);
            assertThat(result.done()).containsExactly(quick);
            assertThat(result.pending()).containsExactly(slow);
            assertThat(await(slow)).isEqualTo("slow");
        });
    }

    @Test
    @DisplayName("waitUntil returns at the first failure, a cancellation is none")
    void waitUntil_firstException() {
        run(() -> {
            Task<String> cancelled = task(() -> after(1, ""));
            Task<String> bad = task(() -> failAfter(3, "bad"));
            Task<String> slow = task(() -> after(9, "slow"));
            cancelled.cancel();
            var result = waitUntil(List.of(cancelled, slow, bad), ReturnWhen.FIRST_EXCEPTION);
            assertThat(result.done()).containsExactly(cancelled, bad);
            assertThat(result.pending()).containsExactly(slow);
            var all = waitUntil(List.of(cancelled, slow, bad), ReturnWhen.ALL_COMPLETED);
            assertThat(all.pending()).isEmpty();
        });
    }

    @Test
    @DisplayName("waitUntil returns what is done when the time is up")
    void waitUntil_timeout() {
        run(() -> {
            Task<String> quick = task(() -> "quick");
            await(quick);
            Future<String> never = getRunningLoop().createFuture();
            var result = waitUntil(List.of(quick, never), ReturnWhen.ALL_COMPLETED, SHORT);
            assertThat(result.done()).containsExactly(quick);
            assertThat(result.pending()).containsExactly(never);
            assertThat(never.isDone()).isFalse();
        });
    }

    @Test
    @DisplayName("Cancelling a waitUntil leaves the futures alone")
    void waitUntil_cancelled() {
        run(() -> {
            Future<String> never = getRunningLoop().createFuture();
            var waiter =
                    createTask(() -> {
                        waitUntil(List.of(never), ReturnWhen.ALL_COMPLETED);
                    });
            sleep(Duration.ZERO);
            waiter.cancel();
            assertThatThrownBy(waiter::await).isInstanceOf(CancellationException.class);
            assertThat(never.isDone()).isFalse();
        });
    }

    @Test
    @DisplayName("Nothing to wait for, or a future of another loop, is refused")
    void waitUntil_badFutures() {
        run(() -> {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> waitUntil(List.of(), ReturnWhen.ALL_COMPLETED));
            try (var other = Asyncio.newEventLoop()) {
                Future<String> foreign = other.createFuture();
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> waitUntil(List.of(foreign), ReturnWhen.ALL_COMPLETED))
                        .withMessageContaining("another loop");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> asCompleted(List.of(foreign)));
                assertThatIllegalArgumentException().isThrownBy(() -> gather(foreign));
            }
        });
    }

    @Test
    @DisplayName("asCompleted gives the futures themselves, in the order of completion")
    void asCompleted_order() {
        run(() -> {
            Task<String> slow = task(() -> after(4, "slow"));
            Task<String> quick = task(() -> after(1, "quick"));
            Task<String> bad = task(() -> failAfter(2, "bad"));
            for (Task<String> each : asCompleted(List.of(slow, quick, bad, quick))) {
                assertThat(each.isDone()).isTrue();
                events.add(each == bad ? each.exception().getMessage() : each.result());
            }
            assertThat(events).containsExactly("quick", "bad", "slow");
        });
    }

    @Test
    @DisplayName("A deadline around asCompleted")
    void asCompleted_timeout() {
        run(() -> {
            Task<String> quick = task(() -> "quick");
            Future<String> never = getRunningLoop().createFuture();
            var deadline = Timeout.at(null);
            assertThatThrownBy(() ->
                            deadline.call(() -> {
                                for (var each : asCompleted(List.of(never, quick))) {
                                    events.add(each.result());
                                    deadline.reschedule(getRunningLoop().time());
                                }
                                return null;
                            }))
                    .isInstanceOf(TimeoutException.class);
            assertThat(events).containsExactly("quick");
            assertThat(never.isDone()).isFalse();
        });
    }

    @Test
    @DisplayName("A shield takes the cancellation, the shielded goes on")
    void shield_cancelled() {
        run(() -> {
            Task<String> inner = task(() -> after(5, "inner"));
            var waiter = createTask(() -> await(shield(inner)));
            sleep(Duration.ZERO);
            waiter.cancel("outer");
            assertThatThrownBy(waiter::await)
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("outer");
            assertThat(await(inner)).isEqualTo("inner");
        });
    }

    @Test
    @DisplayName("A shield passes on result, exception and cancellation of the shielded")
    void shield_outcomes() {
        run(() -> {
            assertThat(await(shield(task(() -> after(1, "result"))))).isEqualTo("result");
            assertThatThrownBy(() -> await(shield(task(() -> failAfter(1, "bad")))))
                    .hasMessage("bad");
            Task<String> inner = task(() -> after(9, ""));
            getRunningLoop().callSoon(inner::cancel);
            assertThatThrownBy(() -> await(shield(inner)))
                    .isInstanceOf(CancellationException.class);
            assertThat(shield(inner)).isSameAs(inner);
        });
    }

    @Test
    @DisplayName("gatherOutcomes waits for all and returns failures as values")
    void gatherOutcomes_all() {
        run(() -> {
            Task<String> cancelled = task(() -> after(9, ""));
            cancelled.cancel("why");
            List<Outcome<String>> outcomes =
                    gatherOutcomes(
                            task(() -> after(3, "good")),
                            task(() -> failAfter(1, "bad")),
                            cancelled);
            for (Outcome<String> outcome : outcomes) {
                events.add(
                        switch (outcome) {
                            case Outcome.Success<String>(var result) -> result;
                            case Outcome.Failure<String>(var e) -> e.getMessage();
                        });
            }
            assertThat(events).containsExactly("good", "bad", "why");
            assertThat(gatherOutcomes(List.of())).isEmpty();
        });
    }

    @Test
    @DisplayName("Cancelling a gather cancels the children, and it ends cancelled")
    void gatherOutcomes_cancelled() {
        run(() -> {
            Task<String> child = task(() -> after(1_000_000, ""));
            var waiter = createTask(() -> gatherOutcomes(child));
            sleep(Duration.ZERO);
            waiter.cancel();
            assertThatThrownBy(waiter::await).isInstanceOf(CancellationException.class);
            assertThat(child.isCancelled()).isTrue();
        });
    }

    @Test
    @DisplayName("waitFor code: in the current task, and not at all without time")
    void waitFor_code() throws Exception {
        run(() -> {
            Task<?> current = currentTask();
            assertThat(waitFor(() -> currentTask() == current, LONG)).isTrue();
            assertThatThrownBy(() -> waitFor(() -> after(1_000_000, ""), SHORT))
                    .isInstanceOf(TimeoutException.class);
            assertThatThrownBy(() -> waitFor(() -> events.add("ran"), Duration.ZERO))
                    .isInstanceOf(TimeoutException.class);
            assertThatThrownBy(() ->
                            waitFor(
                                    () -> {
                                        throw new IOException("as it is");
                                    },
                                    LONG))
                    .isInstanceOf(IOException.class);
            assertThat(events).isEmpty();
            assertThat(current.cancelling()).isZero();
        });
    }

    @Test
    @DisplayName("timeoutAt takes a time of the clock; null is no limit")
    void timeoutAt_clock() throws Exception {
        run(() -> {
            long now = getRunningLoop().time();
            assertThatThrownBy(() -> timeoutAt(now, () -> sleep(LONG)))
                    .isInstanceOf(TimeoutException.class);
            assertThat(timeoutAt(null, () -> after(2, "x"))).isEqualTo("x");
        });
    }

    @Test
    @DisplayName("Nested timeouts that end at once: the outer one is told by its own exception")
    void timeout_nested() {
        run(() -> {
            long now = getRunningLoop().time();
            assertThatThrownBy(() ->
                            timeoutAt(
                                    now,
                                    () -> {
                                        try {
                                            timeoutAt(now, () -> sleep(LONG));
                                        } catch (TimeoutException e) {
                                            events.add("inner");
                                        }
                                        sleep(LONG);
                                    }))
                    .isInstanceOf(TimeoutException.class);
            assertThat(currentTask().cancelling()).isZero();
            sleep(Duration.ZERO);
        });
    }

    @Test
    @DisplayName("A checked exception arrives through await in a CompletionException")
    void await_checked_isWrapped() {
        run(() ->
                assertThatThrownBy(() ->
                                await(
                                        createTask(() -> {
                                            throw new IOException("checked");
                                        })))
                        .isInstanceOf(CompletionException.class)
                        .hasCauseInstanceOf(IOException.class));
    }

    @Test
    @DisplayName("Code that has no time is not begun, not even eagerly or by a callback")
    void waitFor_code_withoutTime_isNotBegun() {
        run(() -> {
            getRunningLoop()
                    .callSoon(() ->
                            assertThatThrownBy(() ->
                                            waitFor(() -> events.add("callback"), Duration.ZERO))
                                    .isInstanceOf(IllegalStateException.class));
            getRunningLoop()
                    .setExceptionHandler(
                            (loop, context) -> events.add(context.exception().toString()));
            getRunningLoop().setTaskFactory(Asyncio.eagerTaskFactory());
            assertThatThrownBy(() -> waitFor(() -> events.add("eager"), SHORT.negated()))
                    .isInstanceOf(TimeoutException.class);
            after(2, null);
            assertThat(events).isEmpty();
        });
    }

    @Test
    @DisplayName("Without time, a cancellation stays one")
    void waitFor_code_withoutTime_cancelled() {
        run(() -> {
            var waiter = createTask(() -> waitFor(() -> "", Duration.ZERO));
            sleep(Duration.ZERO);
            waiter.cancel();
            assertThatThrownBy(waiter::await).isInstanceOf(CancellationException.class);
        });
    }

    @Test
    @DisplayName("A timeout that its body closes takes its cancellation back all the same")
    void timeout_closedByBody() throws Exception {
        run(() -> {
            var late = Timeout.after(Duration.ZERO);
            assertThatThrownBy(() ->
                            late.call(() -> {
                                try {
                                    sleep(LONG);
                                } finally {
                                    late.close();
                                }
                                return null;
                            }))
                    .isInstanceOf(TimeoutException.class);
            assertThat(late.isExpired()).isTrue();
            assertThat(currentTask().cancelling()).isZero();

            var early = Timeout.after(Duration.ZERO);
            early.call(() -> {
                early.close();
                return after(3, null);
            });
            assertThat(early.isExpired()).isFalse();
        });
    }

    @Test
    @DisplayName("Refused in a callback, what waits has begun nothing")
    void waiting_inCallback_beginsNothing() {
        run(() -> {
            Task<String> bad = task(() -> failAfter(0, "bad"));
            sleep(Duration.ZERO);
            getRunningLoop()
                    .callSoon(() -> {
                        refused("gather", () -> gather(bad));
                        refused("gatherOutcomes", () -> gatherOutcomes(bad));
                        refused("await", () -> await(new CompletableFuture<String>()));
                        refused(
                                "waitUntil",
                                () -> waitUntil(List.of(bad), ReturnWhen.ALL_COMPLETED));
                        refused("asCompleted", () -> asCompleted(List.of(bad)));
                    });
            after(2, null);
            assertThat(events)
                    .containsExactly(
                            "gather", "gatherOutcomes", "await", "waitUntil", "asCompleted");
        });
    }

    private void refused(String method, Action wait) {
        try {
            wait.run();
        } catch (IllegalStateException e) {
            if (e.getMessage().startsWith(method + " must be called from a task")) {
                events.add(method);
            }
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}

package io.asyncio4j;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.gather;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.Asyncio.timeout;
import static io.asyncio4j.Asyncio.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.testkit.VirtualTimeLoop;
import io.asyncio4j.warning.Warnings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class GatherAndTimeoutTest {

    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(2);

    private final List<Object> events = new ArrayList<>();
    private final Warnings.Recording warnings = Warnings.record();

    /** On a clock that only waiting moves: what is short ends before what is long, always. */
    @BeforeEach
    void useVirtualTime() {
        Policies.set(
                new DefaultEventLoopPolicy() {
                    @Override
                    public EventLoop newEventLoop() {
                        return new VirtualTimeLoop();
                    }
                });
    }

    @AfterEach
    void restoreDefault() {
        Policies.set(null);
    }

    @AfterEach
    void close() {
        warnings.close();
    }

    private <T> Task<T> after(Duration delay, T result) {
        return createTask(() -> {
            sleep(delay);
            events.add(result);
            return result;
        });
    }

    // gather

    @Test
    @DisplayName("results come in the order of the arguments, duplicates included")
    void gather_order() {
        run(() -> {
            Task<String> slow = after(SHORT, "slow");
            Task<String> fast = after(Duration.ZERO, "fast");
            assertThat(gather(slow, fast, slow)).containsExactly("slow", "fast", "slow");
            assertThat(gather()).isEmpty();
        });
        assertThat(events).containsExactly("fast", "slow");
    }

    @Test
    @DisplayName("the first exception is thrown at once, the others go on")
    void gather_exception_othersGoOn() {
        run(() -> {
            var failure = new IllegalArgumentException("made up");
            Task<Integer> failing =
                    createTask(() -> {
                        sleep(Duration.ZERO);
                        throw failure;
                    });
            Task<Integer> other = after(SHORT, 1);
            assertThatThrownBy(() -> gather(other, failing)).isSameAs(failure);
            assertThat(other.isDone()).isFalse();
            assertThat(await(other)).isEqualTo(1);
        });
    }

    @Test
    @DisplayName("cancelling the waiting task cancels all of them, and waits for them")
    void gather_cancelled_cancelsAll() {
        run(() -> {
            var tasks = new ArrayList<Task<Integer>>();
            for (int i = 0; i < 3; i++) {
                int number = i;
                tasks.add(
                        createTask(() -> {
                            try {
                                sleep(LONG);
                                return number;
                            } finally {
                                events.add(number);
                            }
                        }));
            }
            Task<?> waiting = createTask(() -> gather(tasks));
            sleep(SHORT);
            waiting.cancel("stop");
            assertThatThrownBy(waiting::await).isInstanceOf(CancellationException.class);
            assertThat(tasks).allMatch(Future::isCancelled);
        });
        assertThat(events).containsExactly(0, 1, 2);
    }

    @Test
    @DisplayName("a child that is cancelled on its own is a failure, the waiting task lives")
    void gather_childCancelled_isFailure() {
        run(() -> {
            Task<Integer> child = after(LONG, 1);
            Task<Integer> other = after(SHORT, 2);
            sleep(Duration.ZERO);
            child.cancel();
            assertThatThrownBy(() -> gather(child, other))
                    .isInstanceOf(CancellationException.class);
            assertThat(Task.current().cancelling()).isZero();
            assertThat(await(other)).isEqualTo(2);
        });
    }

    @Test
    @DisplayName("futures of another loop are refused")
    void gather_foreign_refused() {
        try (var other = new SelectorEventLoop()) {
            Future<String> foreign = other.createFuture();
            run(() ->
                    assertThatThrownBy(() -> gather(foreign))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("another loop"));
        }
    }

    // waitFor

    @Test
    @DisplayName("waitFor returns what comes in time")
    void waitFor_inTime() throws Exception {
        run(() -> {
            assertThat(waitFor(after(SHORT, "a"), LONG)).isEqualTo("a");
            Future<String> done = Asyncio.getRunningLoop().createFuture();
            done.setResult("b");
            assertThat(waitFor(done, Duration.ZERO)).isEqualTo("b");
        });
    }

    @Test
    @DisplayName("when the time is up, the future is cancelled and has ended before the error")
    void waitFor_timeout_cancelsFirst() {
        run(() -> {
            Task<?> slow =
                    createTask(() -> {
                        try {
                            sleep(LONG);
                        } catch (CancellationException e) {
                            sleep(SHORT);
                            events.add("cleaned up");
                            throw e;
                        }
                    });
            assertThatThrownBy(() -> waitFor(slow, SHORT)).isInstanceOf(TimeoutException.class);
            assertThat(slow.isCancelled()).isTrue();
            assertThat(Task.current().cancelling()).isZero();
        });
        assertThat(events).containsExactly("cleaned up");
    }

    @Test
    @DisplayName("no time at all cancels what is not done")
    void waitFor_zero_cancels() throws Exception {
        run(() -> {
            Task<?> slow = after(LONG, 1);
            assertThatThrownBy(() -> waitFor(slow, Duration.ofSeconds(-1)))
                    .isInstanceOf(TimeoutException.class);
            assertThat(slow.isCancelled()).isTrue();
            Task<String> stubborn =
                    createTask(() -> {
                        try {
                            sleep(LONG);
                        } catch (CancellationException e) {
                            return "finished anyway";
                        }
                        return "never";
                    });
            sleep(Duration.ZERO);
            assertThat(waitFor(stubborn, Duration.ZERO)).isEqualTo("finished anyway");
        });
    }

    @Test
    @DisplayName("the waiting task's own cancellation stays one, with time left or with none")
    void waitFor_outerCancelled_staysCancelled() {
        run(() -> {
            for (Duration time : List.of(LONG, Duration.ZERO)) {
                Task<?> inner =
                        createTask(() -> {
                            try {
                                sleep(LONG);
                            } catch (CancellationException e) {
                                sleep(SHORT);
                                throw e;
                            }
                        });
                sleep(Duration.ZERO);
                Task<?> waiting = createTask(() -> waitFor(inner, time));
                sleep(Duration.ZERO);
                waiting.cancel();
                assertThatThrownBy(waiting::await)
                        .as("%s", time)
                        .isInstanceOf(CancellationException.class);
                assertThat(inner.isCancelled()).isTrue();
            }
        });
    }

    // timeout

    @Test
    @DisplayName("a body that ends in time returns its result, or throws its exception")
    void timeout_inTime() throws Exception {
        run(() -> {
            assertThat(timeout(LONG, () -> 7)).isEqualTo(7);
            var failure = new java.io.IOException("made up");
            assertThatThrownBy(() ->
                            timeout(
                                    LONG,
                                    () -> {
                                        throw failure;
                                    }))
                    .isSameAs(failure);
        });
    }

    @Test
    @DisplayName("when the time is up the body is cancelled, and the count is as before")
    void timeout_expired() {
        run(() -> {
            assertThatThrownBy(() -> timeout(SHORT, () -> sleep(LONG)))
                    .isInstanceOf(TimeoutException.class)
                    .hasCauseInstanceOf(CancellationException.class);
            assertThat(Task.current().cancelling()).isZero();
            sleep(SHORT);
        });
    }

    @Test
    @DisplayName("a deadline that has passed is met by the first await")
    void timeout_zero_firstAwaitThrows() throws Exception {
        run(() -> {
            for (Duration none :
                    List.of(Duration.ZERO, SHORT.negated(), Duration.ofSeconds(Long.MIN_VALUE))) {
                assertThatThrownBy(() -> timeout(none, () -> sleep(Duration.ZERO)))
                        .as("%s", none)
                        .isInstanceOf(TimeoutException.class);
            }
            assertThat(timeout(Duration.ZERO, () -> "no await")).isEqualTo("no await");
            assertThat(timeout(Duration.ofSeconds(Long.MAX_VALUE), () -> "long")).isEqualTo("long");
        });
    }

    @Test
    @DisplayName(
            "a body that swallows the cancellation, or turns it into another exception, counts none")
    void timeout_bodyEndsOtherwise_countIsBalanced() throws Exception {
        run(() -> {
            String result =
                    timeout(
                            SHORT,
                            () -> {
                                try {
                                    sleep(LONG);
                                } catch (CancellationException e) {
                                    return "swallowed";
                                }
                                return "never";
                            });
            assertThat(result).isEqualTo("swallowed");
            assertThat(Task.current().cancelling()).isZero();

            assertThatThrownBy(() ->
                            timeout(
                                    SHORT,
                                    () -> {
                                        try {
                                            sleep(LONG);
                                        } catch (CancellationException e) {
                                            throw new java.io.IOException("other");
                                        }
                                    }))
                    .isInstanceOf(java.io.IOException.class);
            assertThat(Task.current().cancelling()).isZero();
        });
    }

    @Test
    @DisplayName("an outer cancellation that meets the deadline stays a cancellation")
    void timeout_meetsOuterCancel_staysCancelled() {
        run(() -> {
            Task<@Nullable Void> task =
                    createTask(() ->
                            timeout(
                                    SHORT,
                                    () -> {
                                        try {
                                            sleep(LONG);
                                        } catch (CancellationException e) {
                                            // The deadline has passed; now the
                                            // outer request comes as well.
                                            Task.current().cancel("outer");
                                            throw e;
                                        }
                                    }));
            assertThatThrownBy(task::await).isInstanceOf(CancellationException.class);
            assertThat(task.isCancelled()).isTrue();
            assertThat(task.cancelling()).isEqualTo(1);
        });
    }

    @Test
    @DisplayName("nested: the inner deadline is the inner one's error, the outer the outer one's")
    void timeout_nested() throws Exception {
        run(() -> {
            timeout(
                    LONG,
                    () ->
                            assertThatThrownBy(() -> timeout(SHORT, () -> sleep(LONG)))
                                    .isInstanceOf(TimeoutException.class));
            assertThatThrownBy(() ->
                            timeout(
                                    SHORT,
                                    () ->
                                            timeout(
                                                    LONG,
                                                    () -> {
                                                        try {
                                                            sleep(LONG);
                                                        } catch (CancellationException e) {
                                                            events.add("inner");
                                                            throw e;
                                                        }
                                                    })))
                    .isInstanceOf(TimeoutException.class);
        });
        assertThat(events).containsExactly("inner");
    }

    @Test
    @DisplayName("a timeout can be moved, removed, and used once")
    void timeout_reschedule() throws Exception {
        run(() -> {
            var loop = Asyncio.getRunningLoop();
            var timeout = Timeout.after(Duration.ZERO);
            timeout.reschedule(null);
            timeout.call(() -> {
                sleep(SHORT);
                timeout.reschedule(loop.time() + LONG.toNanos());
                sleep(SHORT);
                return null;
            });
            assertThat(timeout.isExpired()).isFalse();
            assertThatThrownBy(() -> timeout.call(() -> 1))
                    .isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> timeout.reschedule(null))
                    .isInstanceOf(IllegalStateException.class);

            var shortened = Timeout.after(LONG);
            assertThatThrownBy(() ->
                            shortened.call(() -> {
                                shortened.reschedule(loop.time());
                                sleep(LONG);
                                return null;
                            }))
                    .isInstanceOf(TimeoutException.class);
            assertThat(shortened.isExpired()).isTrue();
        });
    }
}

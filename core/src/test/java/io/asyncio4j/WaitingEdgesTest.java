package io.asyncio4j;

import static io.asyncio4j.Asyncio.asCompleted;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.currentTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.shield;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.Asyncio.timeout;
import static io.asyncio4j.Asyncio.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The rare cases of deadlines, shields and completions. */
class WaitingEdgesTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final List<String> events = new ArrayList<>();

    @Test
    @DisplayName("A deadline in a task that swallowed a cancellation before is a deadline")
    void timeout_swallowedBefore_isATimeout() {
        run(() -> {
            currentTask().cancel();
            assertThatThrownBy(() -> sleep(LONG)).isInstanceOf(CancellationException.class);
            assertThatThrownBy(() -> timeout(Duration.ZERO, () -> sleep(LONG)))
                    .isInstanceOf(TimeoutException.class);
            assertThat(currentTask().cancelling()).isEqualTo(1);
            currentTask().uncancel();
        });
    }

    @Test
    @DisplayName("A deadline beyond the end of the clock is none")
    void timeout_endless() throws Exception {
        run(() -> {
            String result =
                    timeout(
                            Duration.ofSeconds(Long.MAX_VALUE),
                            () -> {
                                sleep(Duration.ZERO);
                                sleep(Duration.ofNanos(1));
                                return "in time";
                            });
            assertThat(result).isEqualTo("in time");
        });
    }

    @Test
    @DisplayName("A future that was cancelled before is no matter of time")
    void waitFor_cancelledBefore_isCancelled() {
        run(() -> {
            Future<String> future = getRunningLoop().createFuture();
            future.cancel("before");
            for (Duration time : List.of(LONG, Duration.ZERO)) {
                assertThatThrownBy(() -> waitFor(future, time))
                        .isInstanceOf(CancellationException.class)
                        .hasMessage("before");
            }
        });
    }

    @Test
    @DisplayName("Two tasks cannot wait for the next of the same completions")
    void asCompleted_twoWaiters_secondIsRefused() {
        run(() -> {
            Future<String> future = getRunningLoop().createFuture();
            var completions = asCompleted(List.of(future)).iterator();
            Task<Future<String>> first = createTask(completions::next);
            sleep(Duration.ZERO);
            assertThatIllegalStateException().isThrownBy(completions::next);
            future.setResult("result");
            assertThat(Asyncio.await(first)).isSameAs(future);
            assertThat(completions.hasNext()).isFalse();
        });
    }

    @Test
    @DisplayName("What fails behind a shield that nobody awaits any more is reported")
    void shield_failsAfterTheWaiterIsGone_isReported() {
        run(() -> {
            getRunningLoop()
                    .setExceptionHandler(
                            (loop, context) -> events.add(context.exception().getMessage()));
            failBehindShield();
            while (events.isEmpty()) {
                System.gc();
                sleep(Duration.ofMillis(1));
            }
            assertThat(events).containsExactly("behind the shield");
        });
    }

    private static void failBehindShield() {
        Future<Void> go = getRunningLoop().createFuture();
        Task<Void> inner =
                createTask(() -> {
                    Asyncio.await(go);
                    throw new IllegalArgumentException("behind the shield");
                });
        Task<?> waiter = createTask(() -> Asyncio.await(shield(inner)));
        sleep(Duration.ZERO);
        waiter.cancel();
        assertThatThrownBy(waiter::await).isInstanceOf(CancellationException.class);
        go.setResult(null);
        sleep(Duration.ZERO);
        sleep(Duration.ZERO);
        assertThat(inner.isDone()).isTrue();
    }
}

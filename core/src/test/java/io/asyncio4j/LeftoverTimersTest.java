package io.asyncio4j;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.Asyncio.timeout;
import static io.asyncio4j.Asyncio.waitFor;
import static io.asyncio4j.Asyncio.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.testkit.DeadlockError;
import io.asyncio4j.testkit.VirtualTimeLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What waits with a deadline takes its timer back when it need not wait any more. */
class LeftoverTimersTest {

    private static final Duration LONG = Duration.ofHours(1);

    static Stream<Named<Action>> waits() {
        return Stream.of(
                Named.of("sleep", () -> cancelled(() -> sleep(LONG))),
                Named.of(
                        "waitUntil",
                        () -> waitUntil(List.of(soon()), ReturnWhen.ALL_COMPLETED, LONG)),
                Named.of(
                        "waitUntil, cancelled",
                        () ->
                                cancelled(() ->
                                        waitUntil(
                                                List.of(never()), ReturnWhen.ALL_COMPLETED, LONG))),
                Named.of("waitFor", () -> waitFor(soon(), LONG)),
                Named.of("timeout", () -> timeout(LONG, () -> await(soon()))),
                Named.of(
                        "timeout, cancelled",
                        () -> cancelled(() -> timeout(LONG, () -> await(never())))),
                Named.of(
                        "timeout, not closed", () -> Timeout.after(LONG).call(() -> await(soon()))),
                Named.of(
                        "timeout, moved to another time",
                        () -> {
                            var moved = Timeout.after(LONG);
                            moved.call(() -> {
                                moved.reschedule(moved.when() + 1);
                                return await(soon());
                            });
                        }),
                Named.of(
                        "timeout, moved",
                        () -> {
                            var moved = Timeout.after(LONG);
                            moved.call(() -> {
                                moved.reschedule(null);
                                return await(soon());
                            });
                        }),
                Named.of(
                        "scheduled view",
                        () ->
                                getRunningLoop()
                                        .asScheduledExecutor()
                                        .schedule(() -> {}, 1, TimeUnit.HOURS)
                                        .cancel(false)),
                Named.of(
                        "scheduled view, armed",
                        () -> {
                            var later =
                                    getRunningLoop()
                                            .asScheduledExecutor()
                                            .schedule(() -> {}, 1, TimeUnit.HOURS);
                            await(soon());
                            later.cancel(false);
                        }));
    }

    private static Future<String> soon() {
        return createTask(() -> {
            sleep(Duration.ZERO);
            return "";
        });
    }

    private static Future<String> never() {
        return getRunningLoop().createFuture();
    }

    private static void cancelled(Action wait) {
        Task<?> task = createTask(wait);
        sleep(Duration.ZERO);
        task.cancel();
        assertThatThrownBy(task::await).isInstanceOf(CancellationException.class);
    }

    @ParameterizedTest
    @MethodSource("waits")
    @DisplayName("A clock that jumps to the next timer finds none")
    void noTimerIsLeft(Action wait) {
        var loop = new VirtualTimeLoop();
        try (var runner = new Runner(() -> loop)) {
            assertThatThrownBy(() ->
                            runner.run(() -> {
                                wait.run();
                                return await(never());
                            }))
                    .isInstanceOf(DeadlockError.class);
            assertThat(loop.time()).isZero();
        }
    }
}

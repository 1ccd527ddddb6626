package io.asyncio4j.loop;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.testing.Logs;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The jobs here hold the loop until they have been told of, however long that takes. */
@Timeout(60)
class WatchdogTest {

    private static final Duration NEVER = Duration.ofHours(1);

    private static boolean isTold(Logs.Entry entry) {
        return entry.message().contains("has held")
                && entry.thrown() != null
                && Arrays.stream(entry.thrown().getStackTrace())
                        .anyMatch(frame -> frame.getMethodName().equals("holdUntilTold"));
    }

    /** Only what this does is slow: elsewhere a busy machine would make it so. */
    private static void holdUntilTold(Logs logs) {
        EventLoop loop = getRunningLoop();
        loop.setSlowCallbackDuration(Duration.ofMillis(5));
        while (logs.entries().stream().noneMatch(WatchdogTest::isTold)) {
            Thread.onSpinWait();
        }
        loop.setSlowCallbackDuration(NEVER);
    }

    private static void turnDebugOn() {
        getRunningLoop().setSlowCallbackDuration(NEVER);
        getRunningLoop().setDebug(true);
    }

    @Test
    @DisplayName("A callback that holds the loop is told of while it does, with its stack")
    void callback_isToldOf() {
        try (var logs = Logs.capture()) {
            run(() -> {
                turnDebugOn();
                Future<String> done = getRunningLoop().createFuture();
                getRunningLoop()
                        .callSoon(() -> {
                            holdUntilTold(logs);
                            done.setResult("");
                        });
                await(done);
            });
            assertThat(logs.entries())
                    .anySatisfy(entry -> assertThat(entry.message()).contains("<Handle"));
        }
    }

    @Test
    @DisplayName("So is a step of a task, once")
    void task_isToldOf() {
        try (var logs = Logs.capture()) {
            run(() -> {
                turnDebugOn();
                await(
                        createTask(() -> {
                            sleep(Duration.ZERO);
                            holdUntilTold(logs);
                        }));
            });
            assertThat(logs.entries())
                    .filteredOn(entry -> entry.message().contains("has held"))
                    .hasSize(1)
                    .allSatisfy(entry -> assertThat(entry.message()).contains("<Task"));
        }
    }

    @Test
    @DisplayName("The thread that watches ends with the last loop in debug mode")
    void thread_ends() throws InterruptedException {
        Thread[] watching = {null};
        run(() -> {
            turnDebugOn();
            watching[0] =
                    Thread.getAllStackTraces().keySet().stream()
                            .filter(thread -> thread.getName().equals("asyncio4j-watchdog"))
                            .findFirst()
                            .orElseThrow();
            getRunningLoop().setDebug(false);
            getRunningLoop().setDebug(false);
        });
        watching[0].join();
    }
}

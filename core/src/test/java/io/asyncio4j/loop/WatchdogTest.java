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
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
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

    /** Holds a lock until the task that waits for it has been reported, and returns the message. */
    private static String reportOf(Consumer<Runnable> underLock) throws InterruptedException {
        var held = new CountDownLatch(1);
        var messages = new CompletableFuture<String>();
        try (var logs = Logs.capture()) {
            Thread holder =
                    Thread.ofPlatform()
                            .name("the holder")
                            .start(() ->
                                    underLock.accept(() -> {
                                        held.countDown();
                                        messages.complete(firstOf(logs));
                                    }));
            held.await();
            run(() -> {
                turnDebugOn();
                getRunningLoop().setBlockingGrace(ChronoUnit.FOREVER.getDuration());
                await(
                        createTask(() -> {
                            getRunningLoop().setSlowCallbackDuration(Duration.ofMillis(50));
                            underLock.accept(() -> {});
                            getRunningLoop().setSlowCallbackDuration(NEVER);
                        }));
            });
            holder.join();
        }
        return messages.join();
    }

    private static String firstOf(Logs logs) {
        while (true) {
            for (String message : logs.messages()) {
                if (message.contains("has held")) {
                    return message;
                }
            }
            Thread.onSpinWait();
        }
    }

    @Test
    @DisplayName("A monitor or lock that holds the loop is named, and the thread that holds it")
    void blocked_namesLockAndHolder() throws InterruptedException {
        Object monitor = new Object();
        assertThat(
                        reportOf(code -> {
                            synchronized (monitor) {
                                code.run();
                            }
                        }))
                .contains("<Task", "waiting for java.lang.Object@", "held by 'the holder'");
        var lock = new ReentrantLock();
        assertThat(
                        reportOf(code -> {
                            lock.lock();
                            try {
                                code.run();
                            } finally {
                                lock.unlock();
                            }
                        }))
                .contains(
                        "waiting for java.util.concurrent.locks.ReentrantLock",
                        "held by 'the holder'");
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

package io.asyncio4j;

import static io.asyncio4j.Asyncio.asCompleted;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.currentTask;
import static io.asyncio4j.Asyncio.gather;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.shield;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.Asyncio.timeout;
import static io.asyncio4j.Asyncio.toThread;
import static io.asyncio4j.Asyncio.waitFor;
import static io.asyncio4j.Asyncio.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.spi.LoopContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What users do wrong, and cancellation at inconvenient times: each has a defined outcome. */
class TaskFaultsTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final List<String> events = new ArrayList<>();

    private static Future<String> never() {
        return getRunningLoop().createFuture();
    }

    private static void endless() {
        sleep(LONG);
    }

    static Stream<Named<Action>> awaits() {
        return Stream.of(
                Named.of("await", () -> await(never())),
                Named.of("await task", () -> await(createTask(TaskFaultsTest::endless))),
                Named.of("await stage", () -> await(new CompletableFuture<String>())),
                Named.of("sleep", TaskFaultsTest::endless),
                Named.of(
                        "sleep 0",
                        () -> {
                            while (true) {
                                sleep(Duration.ZERO);
                            }
                        }),
                Named.of("gather", () -> gather(never(), never())),
                Named.of("gatherOutcomes", () -> Asyncio.gatherOutcomes(never())),
                Named.of("waitUntil", () -> waitUntil(List.of(never()), ReturnWhen.ALL_COMPLETED)),
                Named.of("asCompleted", () -> asCompleted(List.of(never())).iterator().next()),
                Named.of("shield", () -> await(shield(never()))),
                Named.of("waitFor", () -> waitFor(never(), LONG)),
                Named.of("timeout", () -> timeout(LONG, TaskFaultsTest::endless)),
                Named.of(
                        "group join",
                        () -> {
                            try (var group = TaskGroup.open()) {
                                group.createTask(TaskFaultsTest::endless);
                                group.join();
                            }
                        }),
                Named.of("group body", () -> TaskGroup.run(group -> endless())));
    }

    @DisplayName("Cancelled while it waits, a task ends cancelled with the message")
    @ParameterizedTest
    @MethodSource("awaits")
    void cancel_duringAwait(Action body) {
        run(() -> {
            Task<?> task = createTask(body);
            steps(3);
            assertThat(task.cancel("enough")).isTrue();
            assertThatThrownBy(task::await).isInstanceOf(CancellationException.class);
            assertThat(task.cancelling()).isEqualTo(1);
            assertThat(task.cancel()).isFalse();
        });
    }

    @DisplayName("Cancelled twice while it waits, it gets one cancellation and counts two")
    @ParameterizedTest
    @MethodSource("awaits")
    void cancel_twiceDuringAwait(Action body) {
        run(() -> {
            Task<?> task =
                    createTask(() -> {
                        try {
                            body.run();
                        } catch (CancellationException e) {
                            events.add("cancelling " + currentTask().cancelling());
                        }
                        sleep(Duration.ZERO);
                        events.add("went on");
                    });
            steps(3);
            task.cancel();
            task.cancel();
            await(task);
            assertThat(events).containsExactly("cancelling 2", "went on");
        });
    }

    @DisplayName("A task that cancels itself hears of it in its next await")
    @ParameterizedTest
    @MethodSource("awaits")
    void cancel_beforeAwait(Action body) {
        run(() -> {
            Task<?> task =
                    createTask(() -> {
                        currentTask().cancel("self");
                        body.run();
                    });
            assertThatThrownBy(task::await)
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("self");
        });
    }

    @DisplayName("A cancel that comes when the awaited future is done already is delivered")
    @Test
    void cancel_afterWakeUp_isDelivered() {
        run(() -> {
            Future<String> future = never();
            Task<?> task = createTask(() -> await(future));
            sleep(Duration.ZERO);
            future.setResult("too late");
            task.cancel("after");
            assertThatThrownBy(task::await)
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("after");
        });
    }

    @Test
    @DisplayName("Called from a callback or a plain thread, what waits throws")
    void await_outsideOfTask_throws() {
        assertThatIllegalStateException()
                .isThrownBy(() -> sleep(LONG))
                .withMessageContaining("Asyncio.run");
        run(() -> {
            Future<String> future = never();
            var thrown = new CompletableFuture<Throwable>();
            getRunningLoop()
                    .callSoon(() -> {
                        try {
                            future.await();
                        } catch (IllegalStateException e) {
                            thrown.complete(e);
                        }
                    });
            assertThat(await(thrown)).hasMessageContaining("callback");
            assertThatIllegalStateException()
                    .isThrownBy(() -> toThread(future::await))
                    .withMessageContaining("Asyncio.run");
        });
    }

    @Test
    @DisplayName("Awaiting oneself, or a future of another loop, throws")
    void await_badFuture_throws() {
        run(() -> {
            assertThatIllegalStateException()
                    .isThrownBy(() -> currentTask().await())
                    .withMessageContaining("itself");
            try (var other = Asyncio.newEventLoop()) {
                Future<String> foreign = other.createFuture();
                assertThatIllegalStateException()
                        .isThrownBy(() -> await(foreign))
                        .withMessageContaining("another loop");
            }
        });
    }

    @Test
    @DisplayName("Tasks that await each other in a circle can be cancelled, and all end")
    void cancel_circle_endsAll() {
        run(() -> {
            var tasks = new Task<?>[3];
            for (int i = 0; i < tasks.length; i++) {
                int next = (i + 1) % tasks.length;
                tasks[i] = createTask(() -> await(tasks[next]));
            }
            steps(2);
            assertThat(tasks[0].cancel("enough")).isTrue();
            for (Task<?> task : tasks) {
                assertThatThrownBy(task::await)
                        .isInstanceOf(CancellationException.class)
                        .hasMessage("enough");
                assertThat(task.cancelling()).isEqualTo(1);
            }
        });
    }

    @Test
    @DisplayName("So can those that do through gather, and one that gathers itself")
    void cancel_circleThroughGather_endsAll() {
        run(() -> {
            var tasks = new Task<?>[4];
            tasks[0] = createTask(() -> gather(tasks[1]));
            tasks[1] = createTask(() -> gather(tasks[0], tasks[2]));
            tasks[2] = createTask(TaskFaultsTest::endless);
            tasks[3] = createTask(() -> gather(tasks[3]));
            steps(3);
            tasks[0].cancel();
            tasks[3].cancel();
            steps(8);
            assertThat(tasks).allMatch(Future::isCancelled);
        });
    }

    @Test
    @DisplayName("A result can be set once, and a task's by its code only")
    void setResult_twice_throws() {
        run(() -> {
            Future<String> future = never();
            future.setResult("first");
            assertThatIllegalStateException().isThrownBy(() -> future.setResult("second"));
            assertThatIllegalStateException()
                    .isThrownBy(() -> future.setException(new IllegalArgumentException()));
            assertThat(future.result()).isEqualTo("first");
            Task<String> task = createTask(() -> "code");
            assertThatThrownBy(() -> task.setResult("other"))
                    .isInstanceOf(UnsupportedOperationException.class);
            assertThat(await(task)).isEqualTo("code");
        });
    }

    @Test
    @DisplayName("An Error or a stack overflow in a task is its exception, and the loop goes on")
    void error_isTheTasksException() {
        run(() -> {
            Task<?> failed =
                    createTask(() -> {
                        throw new AssertionError("broken");
                    });
            assertThatThrownBy(failed::await).isInstanceOf(AssertionError.class);
            Task<Integer> deep = createTask(() -> recurse(0));
            assertThatThrownBy(deep::await).isInstanceOf(StackOverflowError.class);
            sleep(Duration.ZERO);
        });
    }

    @Test
    @DisplayName("An error of the virtual machine in a task that nobody awaits ends the loop")
    void virtualMachineError_endsTheLoop() {
        try (var loop = Asyncio.newEventLoop()) {
            Task<?> broken =
                    loop.createTask(() -> {
                        throw new InternalError("broken");
                    });
            loop.callLater(LONG, loop::stop);
            assertThatThrownBy(loop::runForever)
                    .isInstanceOf(InternalError.class)
                    .hasMessage("broken");
            assertThat(broken.exception()).isInstanceOf(InternalError.class);
            assertThat(loop.runUntilComplete(() -> "runs again")).isEqualTo("runs again");
        }
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int recurse(int n) {
        return 1 + recurse(n + 1);
    }

    @Test
    @DisplayName(
            "A lock that a task holds while it awaits, and a callback wants, is not a deadlock")
    void lock_heldAcrossBlocking_isReleased() {
        var lock = new ReentrantLock();
        run(() -> {
            var release = new CountDownLatch(1);
            var taken = new CompletableFuture<Void>();
            Task<Void> holder =
                    createTask(() -> {
                        lock.lock();
                        try {
                            taken.complete(null);
                            if (LoopContext.mode() == LoopContext.TaskMode.CARRIER) {
                                release.await(); // parks this task only
                            }
                        } finally {
                            lock.unlock();
                        }
                        return null;
                    });
            await(taken);
            Thread.ofPlatform().start(release::countDown);
            Future<String> got = never();
            getRunningLoop()
                    .callSoon(() -> {
                        lock.lock();
                        lock.unlock();
                        got.setResult("got");
                    });
            assertThat(await(got)).isEqualTo("got");
            await(holder);
        });
    }

    @Test
    @DisplayName("A suspended task's stack shows its code, and nothing of the machinery")
    void getStack_suspended_showsCode() {
        run(() -> {
            Task<?> task = createTask(TaskFaultsTest::endless);
            sleep(Duration.ZERO);
            assertThat(task.getStack())
                    .anySatisfy(frame -> assertThat(frame.getMethodName()).isEqualTo("endless"))
                    .noneSatisfy(frame ->
                            assertThat(frame.getClassName()).startsWith("io.asyncio4j.loop."));
            assertThat(createTask(() -> {}).getStack()).isEmpty();
            task.cancel();
            assertThatThrownBy(task::await).isInstanceOf(CancellationException.class);
            assertThat(task.getStack()).isEmpty();
        });
    }

    @Test
    @DisplayName("A loop that closes tells of the tasks it leaves pending")
    void close_pendingTask_isReported() {
        var context = new AtomicReference<ExceptionContext>();
        try (var loop = Asyncio.newEventLoop()) {
            loop.setExceptionHandler((each, told) -> context.set(told));
            loop.createTask(() -> null, "left alone");
        }
        assertThat(context.get().message()).contains("pending");
        assertThat(context.get().details().get("task")).asString().contains("left alone");
    }

    @Test
    @DisplayName("An exception that nobody retrieves is reported when its task is unreachable")
    void exception_neverRetrieved_isReported() {
        run(() -> {
            Future<ExceptionContext> told = getRunningLoop().createFuture();
            getRunningLoop()
                    .setExceptionHandler((loop, context) -> {
                        if (!told.isDone()) {
                            told.setResult(context);
                        }
                    });
            createTask(() -> {
                throw new IllegalArgumentException("unheard");
            });
            while (!told.isDone()) {
                System.gc();
                sleep(Duration.ofMillis(1));
            }
            assertThat(told.result().message()).contains("never retrieved");
            assertThat(told.result().exception()).hasMessage("unheard");
        });
    }

    private static void steps(int count) {
        for (int i = 0; i < count; i++) {
            sleep(Duration.ZERO);
        }
    }
}

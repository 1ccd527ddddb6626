package io.asyncio4j;

import static io.asyncio4j.Asyncio.asCompleted;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createEagerTask;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.currentTask;
import static io.asyncio4j.Asyncio.gather;
import static io.asyncio4j.Asyncio.gatherOutcomes;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.shield;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.Asyncio.timeout;
import static io.asyncio4j.Asyncio.waitFor;
import static io.asyncio4j.Asyncio.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.sync.Barrier;
import io.asyncio4j.sync.Condition;
import io.asyncio4j.sync.Event;
import io.asyncio4j.sync.Lock;
import io.asyncio4j.sync.Queue;
import io.asyncio4j.sync.Semaphore;
import io.asyncio4j.testkit.VirtualTimeLoop;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A result that exists when a deadline passes is returned. */
class DeadlineTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LONG = Duration.ofHours(1);

    private static <X extends Exception> void run(VoidCode<X> body) throws X {
        try (var runner = new Runner(VirtualTimeLoop::new)) {
            runner.run(body);
        }
    }

    private static <T> Future<T> pending() {
        return getRunningLoop().createFuture();
    }

    /** Has {@code action} run in the iteration of a deadline in a second, before that passes. */
    private static void justBefore(Action action) {
        getRunningLoop()
                .callLater(
                        SECOND,
                        () -> {
                            try {
                                action.run();
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        });
    }

    /** One way to wait, and what ends the wait. */
    private record Wait(String name, Function<Future<Integer>, Object> body) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Each returns 1 once the given future has the result 1. */
    private static Stream<Wait> waits() {
        return Stream.of(
                new Wait("future", Future::await),
                new Wait("task", future -> await(createTask(future::await))),
                new Wait("tasks", future -> await(createTask(createTask(future::await)::await))),
                new Wait("gather", future -> gather(future, future).getFirst()),
                new Wait(
                        "gather of tasks",
                        future -> gather(createTask(future::await), future).getFirst()),
                new Wait(
                        "gatherOutcomes",
                        future -> {
                            var ended = gatherOutcomes(createTask(future::await)).getFirst();
                            return ((Outcome.Success<?>) ended).result();
                        }),
                new Wait("shield", future -> await(shield(future))),
                new Wait(
                        "all",
                        future -> {
                            waitUntil(List.of(future), ReturnWhen.ALL_COMPLETED);
                            return future.result();
                        }),
                new Wait(
                        "first",
                        future ->
                                waitUntil(List.of(future, pending()), ReturnWhen.FIRST_COMPLETED)
                                        .done()
                                        .iterator()
                                        .next()
                                        .result()),
                new Wait(
                        "asCompleted",
                        future -> asCompleted(List.of(future)).iterator().next().result()),
                new Wait(
                        "group",
                        future -> {
                            try (var group = TaskGroup.open()) {
                                var task = group.createTask(future::await);
                                group.join();
                                return task.result();
                            }
                        }),
                new Wait(
                        "group with a body",
                        future ->
                                TaskGroup.call(
                                                group -> {
                                                    group.createTask(() -> {});
                                                    return group.createTask(future::await);
                                                })
                                        .result()));
    }

    @ParameterizedTest
    @MethodSource("waits")
    @DisplayName(
            "what is done just before the deadline is returned, and the timeout has not expired")
    void doneBeforeDeadline_isReturned(Wait wait) throws Exception {
        run(() -> {
            Future<Integer> future = pending();
            justBefore(() -> future.setResult(1));
            var timeout = Timeout.after(SECOND);
            assertThat(timeout.call(() -> wait.body.apply(future))).isEqualTo(1);
            assertThat(currentTask().cancelling()).isZero();
            sleep(LONG); // nothing of the deadline is left
        });
    }

    @ParameterizedTest
    @MethodSource("waits")
    @DisplayName("a failure just before the deadline is thrown")
    void failedBeforeDeadline_isThrown(Wait wait) {
        run(() -> {
            var failure = new IllegalArgumentException("made up");
            Future<Integer> future = pending();
            justBefore(() -> future.setException(failure));
            assertThatThrownBy(() -> timeout(SECOND, () -> wait.body.apply(future)))
                    .isNotInstanceOf(TimeoutException.class)
                    .isNotInstanceOf(CancellationException.class);
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    @ParameterizedTest
    @MethodSource("waits")
    @DisplayName("what is not done is cancelled at the deadline")
    void notDone_isCancelled(Wait wait) {
        run(() -> {
            Future<Integer> future = pending();
            var timeout = Timeout.after(SECOND);
            assertThatThrownBy(() -> timeout.call(() -> wait.body.apply(future)))
                    .isInstanceOf(TimeoutException.class);
            assertThat(timeout.isExpired()).isTrue();
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    @Test
    @DisplayName("a task that has just ended has its result returned by the task that awaits it")
    void taskEndedBeforeDeadline_isReturned() throws Exception {
        run(() -> {
            Future<Integer> future = pending();
            Task<Integer> inner = createTask(future::await);
            Task<Integer> middle = createTask(inner::await);
            sleep(Duration.ZERO);
            var timeout = Timeout.after(LONG);
            getRunningLoop()
                    .callLater(
                            SECOND,
                            () -> {
                                // In the next iteration inner ends; in the one after, the deadline
                                // precedes middle.
                                getRunningLoop().callSoon(() -> timeout.reschedule(0L));
                                future.setResult(1);
                            });
            assertThat(timeout.call(middle::await)).isEqualTo(1);
        });
    }

    // Tools of the sync package

    private record Tool(String name, Callable<Callable<Action>> make) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** Each makes something to wait for, then waits with what it returned, ended by the action. */
    private static Stream<Tool> tools() {
        return Stream.of(
                new Tool(
                        "queue get",
                        () -> {
                            var queue = new Queue<Integer>();
                            justBefore(() -> queue.putNowait(1));
                            return () -> {
                                assertThat(queue.get()).isEqualTo(1);
                                return () -> assertThat(queue.isEmpty()).isTrue();
                            };
                        }),
                new Tool(
                        "queue put",
                        () -> {
                            var queue = new Queue<Integer>(1);
                            queue.put(1);
                            justBefore(queue::getNowait);
                            return () -> {
                                queue.put(2);
                                return () -> assertThat(queue.getNowait()).isEqualTo(2);
                            };
                        }),
                new Tool(
                        "queue join",
                        () -> {
                            var queue = new Queue<Integer>();
                            queue.put(1);
                            justBefore(queue::taskDone);
                            return () -> {
                                queue.join();
                                return () -> {};
                            };
                        }),
                new Tool(
                        "lock",
                        () -> {
                            var lock = new Lock();
                            lock.acquire();
                            justBefore(lock::release);
                            return () -> {
                                lock.acquire();
                                return () -> assertThat(lock.isLocked()).isTrue();
                            };
                        }),
                new Tool(
                        "semaphore",
                        () -> {
                            var semaphore = new Semaphore(0);
                            justBefore(semaphore::release);
                            return () -> {
                                semaphore.acquire();
                                return () -> assertThat(semaphore.isLocked()).isTrue();
                            };
                        }),
                new Tool(
                        "event",
                        () -> {
                            var event = new Event();
                            justBefore(event::set);
                            return () -> {
                                event.await();
                                return () -> {};
                            };
                        }),
                new Tool(
                        "condition",
                        () -> {
                            var condition = new Condition();
                            justBefore(() ->
                                    createEagerTask(() -> {
                                        try (var _ = condition.acquire()) {
                                            condition.signal();
                                        }
                                    }));
                            return () -> {
                                condition.acquire();
                                condition.await();
                                return () -> assertThat(condition.isLocked()).isTrue();
                            };
                        }),
                new Tool(
                        "barrier",
                        () -> {
                            var barrier = new Barrier(2);
                            justBefore(() -> createEagerTask(barrier::await));
                            return () -> {
                                barrier.await();
                                return () -> {};
                            };
                        }),
                new Tool(
                        "executor",
                        () -> {
                            Future<Integer> call = getRunningLoop().runInExecutor(() -> 1);
                            return () -> {
                                assertThat(call.await()).isEqualTo(1);
                                return () -> {};
                            };
                        }));
    }

    @ParameterizedTest
    @MethodSource("tools")
    @DisplayName("a wait of the sync package that is over just before the deadline is over")
    void woken_beforeDeadline_goesOn(Tool tool) throws Exception {
        run(() -> {
            Callable<Action> body = tool.make.call();
            var timeout = Timeout.after(SECOND);
            timeout.call(body::call).run();
            assertThat(timeout.isExpired()).isFalse();
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    @Test
    @DisplayName("what a thread has completed, and the loop not heard of, is returned")
    void stageCompleted_beforeDeadline_isReturned() throws Exception {
        run(() -> {
            var stage = new CompletableFuture<Integer>();
            Future<Integer> future = Asyncio.wrapFuture(stage);
            var timeout = Timeout.after(LONG);
            // The outcome takes the way that other threads take, behind the deadline.
            getRunningLoop().callSoon(() -> timeout.reschedule(0L));
            getRunningLoop()
                    .callSoon(() -> {
                        getRunningLoop().callSoon(() -> {});
                        stage.complete(1);
                    });
            assertThat(timeout.call(future::await)).isEqualTo(1);
        });
    }

    // A deadline that is due

    @Test
    @DisplayName("after the result, the next await that has to wait is cancelled")
    void due_nextAwait_isCancelled() {
        run(() -> {
            Future<Integer> future = pending();
            justBefore(() -> future.setResult(1));
            var timeout = Timeout.after(SECOND);
            boolean[] got = {false};
            assertThatThrownBy(() ->
                            timeout.call(() -> {
                                future.await();
                                got[0] = true;
                                assertThat(timeout.isExpired()).isFalse();
                                assertThat(currentTask().cancelling()).isZero();
                                future.await();
                                try {
                                    sleep(LONG);
                                } finally {
                                    assertThat(timeout.isExpired()).isTrue();
                                    assertThat(currentTask().cancelling()).isOne();
                                }
                                return null;
                            }))
                    .isInstanceOf(TimeoutException.class);
            assertThat(got[0]).isTrue();
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    @Test
    @DisplayName("a body that never waits for long is stopped even if there is always a result")
    void due_resultsKeepComing_isStopped() {
        run(() -> {
            var queue = new Queue<Integer>(1);
            Task<?> producer =
                    createTask(() -> {
                        while (true) {
                            queue.put(1);
                            sleep(Duration.ofMillis(1));
                        }
                    });
            assertThatThrownBy(() ->
                            timeout(
                                    SECOND,
                                    () -> {
                                        while (true) {
                                            queue.get();
                                        }
                                    }))
                    .isInstanceOf(TimeoutException.class);
            assertThatThrownBy(() ->
                            timeout(
                                    SECOND,
                                    () -> {
                                        while (true) {
                                            sleep(Duration.ZERO);
                                            getRunningLoop()
                                                    .callLater(Duration.ofMillis(1), () -> {});
                                            sleep(Duration.ofMillis(1));
                                        }
                                    }))
                    .isInstanceOf(TimeoutException.class);
            producer.cancel();
        });
    }

    @Test
    @DisplayName("a deadline that is due can be moved, as the one of a body that is fed in time")
    void due_reschedule_isForgotten() throws Exception {
        run(() -> {
            var queue = new Queue<Integer>();
            var timeout = Timeout.after(SECOND);
            for (int i = 1; i <= 3; i++) {
                int item = i;
                getRunningLoop().callLater(SECOND.multipliedBy(i), () -> queue.putNowait(item));
            }
            timeout.call(() -> {
                for (int i = 1; i <= 3; i++) {
                    getRunningLoop().callSoon(() -> {}); // the deadline was scheduled first
                    assertThat(queue.get()).isEqualTo(i);
                    timeout.reschedule(getRunningLoop().time() + SECOND.toNanos() + 1);
                }
                return null;
            });
            assertThat(timeout.isExpired()).isFalse();
        });
    }

    @Test
    @DisplayName("the inner of two deadlines that are due takes only itself back")
    void due_nested_outerRemains() {
        run(() -> {
            Future<Integer> future = pending();
            justBefore(() -> future.setResult(1));
            var outer = Timeout.after(SECOND);
            var inner = Timeout.after(SECOND);
            assertThatThrownBy(() ->
                            outer.call(() -> {
                                assertThat(inner.call(future::await)).isEqualTo(1);
                                assertThat(inner.isExpired()).isFalse();
                                sleep(LONG);
                                return null;
                            }))
                    .isInstanceOf(TimeoutException.class);
            assertThat(outer.isExpired()).isTrue();
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    @Test
    @DisplayName("a task whose code has not begun never does, for a deadline as well")
    void notBegun_neverBegins() {
        run(() -> {
            Task<Integer> task = createTask(() -> 1);
            assertThatThrownBy(() -> waitFor(task, Duration.ZERO))
                    .isInstanceOf(TimeoutException.class);
            assertThat(task.isCancelled()).isTrue();
        });
    }

    @Test
    @DisplayName("waitFor without any time returns the result of a task that has one")
    void waitFor_noTime_returnsWhatIsThere() throws Exception {
        run(() -> {
            var queue = new Queue<Integer>();
            Task<Integer> task = createTask(queue::get);
            sleep(Duration.ZERO);
            queue.putNowait(1);
            assertThat(waitFor(task, Duration.ZERO)).isEqualTo(1);
        });
    }

    // Cancelling, which is not a deadline

    @Test
    @DisplayName("cancel goes before a result, as in CPython; an item stays in the queue")
    void cancel_goesBeforeResult() {
        run(() -> {
            var queue = new Queue<Integer>();
            Task<Integer> task = createTask(queue::get);
            Task<Integer> next = createTask(queue::get);
            sleep(Duration.ZERO);
            queue.putNowait(1);
            task.cancel();
            assertThatThrownBy(task::await).isInstanceOf(CancellationException.class);
            assertThat(next.await()).isEqualTo(1);
        });
    }

    @Test
    @DisplayName("a cancel together with a deadline stays a cancellation")
    void cancelAndDeadline_isCancellation() {
        run(() -> {
            Future<Integer> future = pending();
            Task<Object> task =
                    createTask(() -> {
                        var timeout = Timeout.after(SECOND);
                        try {
                            return timeout.call(future::await);
                        } finally {
                            assertThat(currentTask().cancelling()).isOne();
                        }
                    });
            sleep(Duration.ZERO);
            getRunningLoop().callAt(getRunningLoop().time() + SECOND.toNanos(), task::cancel);
            getRunningLoop()
                    .callAt(
                            getRunningLoop().time() + SECOND.toNanos() - 1,
                            () -> getRunningLoop().callSoon(() -> {}));
            assertThatThrownBy(task::await).isInstanceOf(CancellationException.class);
        });
    }
}

package io.asyncio4j;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.currentTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.Asyncio.timeout;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TaskGroupTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final List<String> events = new ArrayList<>();

    private void untilCancelled(String name) {
        try {
            sleep(LONG);
        } catch (CancellationException e) {
            events.add(name + " cancelled");
            throw e;
        }
    }

    private static void fail(String message) {
        throw new IllegalArgumentException(message);
    }

    @Test
    @DisplayName("join waits for all tasks, those made meanwhile included")
    void join_waitsForAll() {
        run(() -> {
            try (var group = TaskGroup.open()) {
                group.createTask(() -> {
                    sleep(Duration.ZERO);
                    group.createTask(() -> {
                        sleep(Duration.ZERO);
                        events.add("inner");
                    });
                    events.add("outer");
                });
                Task<Integer> result = group.createTask(() -> 42);
                group.join();
                assertThat(result.result()).isEqualTo(42);
                assertThat(events).containsExactly("outer", "inner");
                group.createTask(() -> events.add("second round"));
                group.join();
                assertThat(events).contains("second round");
            }
        });
    }

    @Test
    @DisplayName(
            "The first failure cancels the others; join throws all failures once all have ended")
    void join_collectsFailures() {
        run(() -> {
            try (var group = TaskGroup.open()) {
                group.createTask(() -> untilCancelled("sibling"));
                group.createTask(() -> {
                    try {
                        sleep(LONG);
                    } catch (CancellationException e) {
                        sleep(Duration.ZERO);
                        throw new IOException("second");
                    }
                });
                group.createTask(() -> fail("first"));
                assertThatExceptionOfType(TaskGroupException.class)
                        .isThrownBy(group::join)
                        .withMessageContaining("2 tasks")
                        .satisfies(e -> {
                            assertThat(e.exceptions())
                                    .extracting(Throwable::getMessage)
                                    .containsExactly("first", "second");
                            assertThat(e.getCause()).isSameAs(e.exceptions().getFirst());
                            assertThat(e.getSuppressed()).containsExactly(e.exceptions().get(1));
                        });
                assertThat(events).containsExactly("sibling cancelled");
                assertThat(currentTask().cancelling()).isZero();
            }
            sleep(Duration.ZERO);
        });
    }

    @Test
    @DisplayName("A body that waits for something else is cancelled, and the cancellation replaced")
    void run_failureCancelsBody() {
        run(() -> {
            assertThatThrownBy(() ->
                            TaskGroup.run(group -> {
                                group.createTask(() -> fail("child"));
                                untilCancelled("body");
                            }))
                    .isInstanceOf(TaskGroupException.class)
                    .hasRootCauseMessage("child");
            assertThat(events).containsExactly("body cancelled");
            assertThat(currentTask().cancelling()).isZero();
            sleep(Duration.ZERO);
        });
    }

    @Test
    @DisplayName("A failure that a body never got to see leaves no cancellation behind")
    void run_failureAfterLastAwaitOfBody_leavesNoCancellation() {
        run(() -> {
            assertThatThrownBy(() -> TaskGroup.run(group -> group.createTask(() -> fail("child"))))
                    .isInstanceOf(TaskGroupException.class);
            assertThat(currentTask().cancelling()).isZero();
            sleep(Duration.ZERO);
            Future<Void> future = getRunningLoop().createFuture();
            assertThatThrownBy(() ->
                            TaskGroup.run(group -> {
                                group.createTask(() -> {
                                    future.setResult(null);
                                    fail("child");
                                });
                                await(future);
                            }))
                    .isInstanceOf(TaskGroupException.class);
            assertThat(currentTask().cancelling()).isZero();
            sleep(Duration.ZERO);
        });
    }

    @Test
    @DisplayName("Leaving the body of call waits for the tasks and returns the body's result")
    void call_waitsAndReturns() {
        run(() -> {
            String result =
                    TaskGroup.call(group -> {
                        group.createTask(() -> {
                            sleep(Duration.ZERO);
                            events.add("child");
                        });
                        return "result";
                    });
            assertThat(result).isEqualTo("result");
            assertThat(events).containsExactly("child");
        });
    }

    @Test
    @DisplayName("close without join cancels the tasks and waits for their cleanup")
    void close_withoutJoin_cancels() {
        run(() -> {
            try (var group = TaskGroup.open()) {
                group.createTask(() -> {
                    try {
                        untilCancelled("child");
                    } finally {
                        sleep(Duration.ZERO);
                        events.add("clean");
                    }
                });
                sleep(Duration.ZERO);
                group.createTask(() -> events.add("never begun"));
            }
            assertThat(events).containsExactly("child cancelled", "clean");
        });
    }

    @Test
    @DisplayName("What the body throws is thrown, the tasks' failures are suppressed exceptions")
    void body_throws_isPrimary() {
        run(() -> {
            assertThatThrownBy(
                            () -> {
                                try (var group = TaskGroup.open()) {
                                    group.createTask(this::failWhenCancelled);
                                    sleep(Duration.ZERO);
                                    throw new IOException("body");
                                }
                            })
                    .satisfies(this::isBodyWithSuppressed);
            assertThatThrownBy(() ->
                            TaskGroup.run(group -> {
                                group.createTask(this::failWhenCancelled);
                                sleep(Duration.ZERO);
                                throw new IOException("body");
                            }))
                    .satisfies(this::isBodyWithSuppressed);
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    private void failWhenCancelled() {
        try {
            sleep(LONG);
        } catch (CancellationException e) {
            fail("cleanup");
        }
    }

    private void isBodyWithSuppressed(Throwable e) {
        assertThat(e).isInstanceOf(IOException.class).hasMessage("body");
        assertThat(e.getSuppressed()).hasSize(1);
        assertThat(e.getSuppressed()[0])
                .isInstanceOf(TaskGroupException.class)
                .hasRootCauseMessage("cleanup");
    }

    @Test
    @DisplayName("A failure that nobody joined for is thrown by close")
    void close_failureUnheard_throws() {
        run(() -> {
            var group = TaskGroup.open();
            group.createTask(() -> fail("child"));
            sleep(Duration.ZERO);
            sleep(Duration.ZERO);
            assertThatThrownBy(group::close).isInstanceOf(TaskGroupException.class);
            group.close();
        });
    }

    @Test
    @DisplayName("An inner group's failure fails the outer group's task, and cancels its siblings")
    void nested_failurePassesOutwards() {
        run(() -> {
            assertThatThrownBy(() ->
                            TaskGroup.run(outer -> {
                                outer.createTask(() -> untilCancelled("outer sibling"));
                                outer.createTask(() ->
                                        TaskGroup.run(inner -> {
                                            inner.createTask(() -> untilCancelled("inner sibling"));
                                            inner.createTask(() -> fail("inner"));
                                            untilCancelled("inner body");
                                        }));
                                untilCancelled("outer body");
                            }))
                    .satisfies(e -> {
                        assertThat(e).isInstanceOf(TaskGroupException.class);
                        assertThat(e.getCause()).isInstanceOf(TaskGroupException.class);
                        assertThat(e).hasRootCauseMessage("inner");
                    });
            assertThat(events)
                    .containsExactly(
                            "inner sibling cancelled",
                            "inner body cancelled",
                            "outer sibling cancelled",
                            "outer body cancelled");
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    @Test
    @DisplayName(
            "Two groups of one task: the outer one's failure cancels the inner body as a cancel")
    void nested_sameOwner_outerFails() {
        run(() -> {
            assertThatThrownBy(() ->
                            TaskGroup.run(outer -> {
                                outer.createTask(() -> fail("outer"));
                                TaskGroup.run(inner -> {
                                    inner.createTask(() -> untilCancelled("inner child"));
                                    untilCancelled("inner body");
                                });
                            }))
                    .isInstanceOf(TaskGroupException.class)
                    .hasRootCauseMessage("outer");
            assertThat(events).containsExactly("inner body cancelled", "inner child cancelled");
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    @Test
    @DisplayName("One deadline for all: the tasks are cancelled and waited for")
    void timeout_aroundJoin() {
        run(() -> {
            try (var group = TaskGroup.open()) {
                group.createTask(() -> untilCancelled("child"));
                sleep(Duration.ZERO);
                assertThatThrownBy(() -> timeout(Duration.ofMillis(1), group::join))
                        .isInstanceOf(TimeoutException.class);
                assertThat(events).containsExactly("child cancelled");
                assertThat(currentTask().cancelling()).isZero();
            }
        });
    }

    @Test
    @DisplayName("A group that is closed or cancels its tasks takes no more")
    void createTask_tooLate_throws() {
        run(() -> {
            var group = TaskGroup.open();
            group.createTask(() -> fail("child"));
            assertThatThrownBy(group::join).isInstanceOf(TaskGroupException.class);
            assertThatIllegalStateException()
                    .isThrownBy(() -> group.createTask(() -> {}))
                    .withMessageContaining("cancelling")
                    .havingCause()
                    .withMessage("child");
            group.close();
            assertThatIllegalStateException()
                    .isThrownBy(() -> group.createTask(() -> {}))
                    .withMessageContaining("closed");
            assertThatIllegalStateException().isThrownBy(group::join);
        });
    }

    @Test
    @DisplayName("Only the owner joins and closes, and only a task opens")
    void notTheOwner_throws() {
        assertThatIllegalStateException().isThrownBy(TaskGroup::open);
        run(() -> {
            try (var group = TaskGroup.open()) {
                await(
                        createTask(() -> {
                            assertThatIllegalStateException().isThrownBy(group::join);
                            assertThatIllegalStateException().isThrownBy(group::close);
                        }));
                group.join();
            }
        });
    }

    @Test
    @DisplayName("A task that swallows its cancellation is waited for")
    void taskSwallowsCancellation_isWaitedFor() {
        run(() -> {
            assertThatThrownBy(() ->
                            TaskGroup.run(group -> {
                                Task<String> stubborn =
                                        group.createTask(() -> {
                                            try {
                                                sleep(LONG);
                                            } catch (CancellationException e) {
                                                sleep(Duration.ZERO);
                                            }
                                            events.add("stayed");
                                            return "result";
                                        });
                                group.createTask(() -> fail("child"));
                                await(stubborn);
                            }))
                    .isInstanceOf(TaskGroupException.class);
            assertThat(events).containsExactly("stayed");
        });
    }

    @Test
    @DisplayName("A body that awaits the failing task itself ends with the group's exception")
    void body_awaitsFailingTask() {
        run(() -> {
            assertThatThrownBy(() ->
                            TaskGroup.run(group -> await(group.createTask(() -> fail("child")))))
                    .isInstanceOf(TaskGroupException.class);
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    @Test
    @DisplayName("An error of the virtual machine ends the loop")
    void virtualMachineError_endsTheLoop() {
        assertThatThrownBy(() ->
                        run(() ->
                                TaskGroup.run(group -> {
                                    group.createTask(() -> {
                                        throw new InternalError("broken");
                                    });
                                    untilCancelled("body");
                                })))
                .isInstanceOf(InternalError.class)
                .hasMessage("broken");
    }

    @Test
    @DisplayName("A task that fails in a group left open by a task that ended is reported")
    void ownerEnded_failureIsReported() {
        run(() -> {
            getRunningLoop().setExceptionHandler((loop, context) -> events.add(context.message()));
            await(createTask(() -> TaskGroup.open().createTask(() -> fail("child"))));
            sleep(Duration.ZERO);
            sleep(Duration.ZERO);
            assertThat(events).singleElement().asString().contains("not closed");
        });
    }
}

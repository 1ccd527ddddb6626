package io.asyncio4j;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.currentTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.testkit.VirtualTimeLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Where an outer cancellation meets failures: what is thrown, what is counted, what comes later.
 */
class TaskGroupCancellationTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final List<String> events = new ArrayList<>();

    private void tell(String event) {
        events.add(event + ", cancelling " + currentTask().cancelling());
    }

    private static void fail(String message) {
        throw new IllegalArgumentException(message);
    }

    private static void failWhenCancelled(String message) {
        try {
            sleep(LONG);
        } catch (CancellationException e) {
            fail(message);
        }
    }

    private static void steps(int count) {
        for (int i = 0; i < count; i++) {
            sleep(Duration.ZERO);
        }
    }

    private void untilCancelled(String name) {
        try {
            sleep(LONG);
        } catch (CancellationException e) {
            events.add(name + " cancelled");
            throw e;
        }
    }

    @Test
    @DisplayName("Cancelling the owner cancels the tasks, waits for them, and goes on")
    void ownerCancelled_goesOn() {
        run(() -> {
            Task<?> owner =
                    createTask(() -> {
                        try (var group = TaskGroup.open()) {
                            group.createTask(() -> {
                                try {
                                    untilCancelled("child");
                                } finally {
                                    sleep(Duration.ZERO);
                                    events.add("clean");
                                }
                            });
                            group.join();
                        }
                    });
            sleep(Duration.ZERO);
            sleep(Duration.ZERO);
            owner.cancel("outer");
            assertThatThrownBy(owner::await)
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("outer");
            assertThat(events).containsExactly("child cancelled", "clean");
        });
    }

    @Test
    @DisplayName(
            "An outer cancel that meets a failure: the failure first, the cancel at the next await")
    void ownerCancelled_andTaskFails_bothAreHeard() {
        run(() -> {
            Task<?> owner =
                    createTask(() -> {
                        try {
                            TaskGroup.run(group -> {
                                group.createTask(() -> failWhenCancelled("cleanup"));
                                untilCancelled("body");
                            });
                        } catch (TaskGroupException e) {
                            events.add(e.getCause().getMessage());
                        }
                        events.add("cancelling " + currentTask().cancelling());
                        untilCancelled("next await");
                    });
            sleep(Duration.ZERO);
            sleep(Duration.ZERO);
            owner.cancel();
            assertThatThrownBy(owner::await).isInstanceOf(CancellationException.class);
            assertThat(events)
                    .containsExactly(
                            "body cancelled", "cleanup", "cancelling 1", "next await cancelled");
        });
    }

    @Test
    @DisplayName("A failure and an outer cancel in one iteration: the count of cancels stays right")
    void ownerCancelled_whileFailureIsOnItsWay() {
        run(() -> {
            Task<?> owner =
                    createTask(() -> {
                        try {
                            TaskGroup.run(group -> {
                                Task<?> body = currentTask();
                                group.createTask(() -> {
                                    body.cancel("outer");
                                    fail("child");
                                });
                                sleep(LONG);
                            });
                        } catch (TaskGroupException e) {
                            events.add("cancelling " + currentTask().cancelling());
                            sleep(LONG);
                        }
                    });
            assertThatThrownBy(owner::await).isInstanceOf(CancellationException.class);
            assertThat(events).containsExactly("cancelling 1");
        });
    }

    @Test
    @DisplayName("Cancelled while close waits: the cancel arrives at the next await")
    void ownerCancelled_duringClose_isNotLost() {
        run(() -> {
            Future<Void> cleanup = getRunningLoop().createFuture();
            Task<?> owner =
                    createTask(() -> {
                        try (var group = TaskGroup.open()) {
                            group.createTask(() -> {
                                try {
                                    sleep(LONG);
                                } finally {
                                    await(cleanup);
                                }
                            });
                            sleep(Duration.ZERO);
                        }
                        events.add("closed");
                        untilCancelled("next await");
                    });
            sleep(Duration.ZERO);
            sleep(Duration.ZERO);
            sleep(Duration.ZERO);
            owner.cancel();
            sleep(Duration.ZERO);
            owner.cancel();
            sleep(Duration.ZERO);
            assertThat(events).isEmpty();
            cleanup.setResult(null);
            assertThatThrownBy(owner::await).isInstanceOf(CancellationException.class);
            assertThat(events).containsExactly("closed", "next await cancelled");
        });
    }

    @Test
    @DisplayName(
            "A body that throws something else when cancelled: the cancel comes in the next await")
    void run_bodyReplacesCancellation_nextAwaitThrows() {
        run(() -> {
            Task<?> owner =
                    createTask(() -> {
                        try {
                            TaskGroup.run(group -> failWhenCancelled("body"));
                        } catch (IllegalArgumentException e) {
                            tell(e.getMessage());
                        }
                        sleep(LONG);
                    });
            steps(2);
            owner.cancel();
            assertThatThrownBy(owner::await).isInstanceOf(CancellationException.class);
            assertThat(events).containsExactly("body, cancelling 1");
        });
    }

    @Test
    @DisplayName("A body that fails on its own leaves no cancellation behind")
    void run_bodyFails_noCancellation() {
        run(() -> {
            assertThatThrownBy(() -> TaskGroup.run(group -> fail("body"))).hasMessage("body");
            steps(1);
            assertThat(currentTask().cancelling()).isZero();
        });
    }

    @Test
    @DisplayName(
            "Cancelled twice while it waits for a cleanup that fails: two count, one is thrown")
    void run_cancelledTwiceWhileLeaving() {
        run(() -> {
            Future<Void> cleanup = getRunningLoop().createFuture();
            Task<?> owner =
                    createTask(() -> {
                        try {
                            TaskGroup.run(group ->
                                    group.createTask(() -> {
                                        try {
                                            sleep(LONG);
                                        } catch (CancellationException e) {
                                            await(cleanup);
                                            fail("child");
                                        }
                                    }));
                        } catch (TaskGroupException e) {
                            tell("group");
                        }
                        assertThatThrownBy(() -> sleep(LONG))
                                .isInstanceOf(CancellationException.class);
                        steps(1);
                    });
            steps(3);
            owner.cancel();
            steps(2);
            owner.cancel();
            steps(2);
            assertThat(owner.isDone()).isFalse();
            cleanup.setResult(null);
            await(owner);
            assertThat(events).containsExactly("group, cancelling 2");
        });
    }

    @Test
    @DisplayName("A cancellation that was swallowed before comes again after a group that failed")
    void run_swallowedBefore_comesAgain() {
        run(() -> {
            Task<?> owner =
                    createTask(() -> {
                        currentTask().cancel();
                        assertThatThrownBy(() -> steps(1))
                                .isInstanceOf(CancellationException.class);
                        try {
                            TaskGroup.run(group -> {
                                group.createTask(() -> fail("child"));
                                sleep(LONG);
                            });
                        } catch (TaskGroupException e) {
                            tell("group");
                        }
                        sleep(LONG);
                    });
            assertThatThrownBy(owner::await).isInstanceOf(CancellationException.class);
            assertThat(events).containsExactly("group, cancelling 1");
        });
    }

    @Test
    @DisplayName(
            "A deadline that meets a failing cleanup: the failure is thrown, no cancel is left")
    void run_deadlineMeetsFailure() {
        try (var runner = new Runner(VirtualTimeLoop::new)) {
            runner.run(() -> {
                assertThatThrownBy(() ->
                                Asyncio.timeout(
                                        Duration.ofMinutes(1),
                                        () ->
                                                TaskGroup.run(group ->
                                                        group.createTask(() ->
                                                                failWhenCancelled("cleanup")))))
                        .isInstanceOf(TaskGroupException.class)
                        .hasRootCauseMessage("cleanup");
                assertThat(currentTask().cancelling()).isZero();
                steps(2);
                return null;
            });
        }
    }

    @Test
    @DisplayName("A body that awaits somebody else's cancelled task ends cancelled, uncounted")
    void run_bodyAwaitsCancelledTask() {
        run(() -> {
            Task<?> other = createTask(() -> sleep(LONG));
            steps(1);
            other.cancel();
            var child = new Task<?>[1];
            assertThatThrownBy(() ->
                            TaskGroup.run(group -> {
                                child[0] = group.createTask(() -> sleep(LONG));
                                await(other);
                            }))
                    .isInstanceOf(CancellationException.class);
            assertThat(child[0].isCancelled()).isTrue();
            assertThat(currentTask().cancelling()).isZero();
            steps(1);
        });
    }

    @Test
    @DisplayName("Two groups of one task that fail at once: the inner one's failure is the body's")
    void nested_bothFailAtOnce() {
        run(() -> {
            assertThatThrownBy(() ->
                            TaskGroup.run(outer -> {
                                outer.createTask(() -> fail("outer"));
                                TaskGroup.run(inner -> {
                                    inner.createTask(() -> fail("inner"));
                                    sleep(LONG);
                                });
                            }))
                    .isInstanceOf(TaskGroupException.class)
                    .hasRootCauseMessage("inner")
                    .satisfies(e ->
                            assertThat(e.getSuppressed())
                                    .singleElement()
                                    .satisfies(s -> assertThat(s).hasRootCauseMessage("outer")));
            assertThat(currentTask().cancelling()).isZero();
            steps(2);
        });
    }

    @Test
    @DisplayName("An outer cancel of nested groups: the innermost end first, and it goes on")
    void nested_ownerCancelled() {
        run(() -> {
            Task<?> owner =
                    createTask(() ->
                            TaskGroup.run(outer -> {
                                outer.createTask(() -> endlessly("outer child"));
                                outer.createTask(() ->
                                        TaskGroup.run(inner ->
                                                inner.createTask(() -> endlessly("inner child"))));
                                endlessly("body");
                            }));
            steps(4);
            owner.cancel("stop");
            assertThatThrownBy(owner::await)
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("stop");
            assertThat(events)
                    .containsExactly(
                            "body, cancelling 1",
                            "outer child, cancelling 1",
                            "inner child, cancelling 1");
        });
    }

    private void endlessly(String name) {
        try {
            sleep(LONG);
        } finally {
            tell(name);
        }
    }

    @Test
    @DisplayName("A child that fails in its eager start cancels the body at its next await")
    void run_eagerChildFails() {
        run(() -> {
            getRunningLoop().setTaskFactory(Asyncio.eagerTaskFactory());
            assertThatThrownBy(() ->
                            TaskGroup.run(group -> {
                                group.createTask(() -> fail("child"));
                                tell("went on");
                                sleep(LONG);
                            }))
                    .isInstanceOf(TaskGroupException.class);
            assertThatThrownBy(() -> TaskGroup.run(group -> group.createTask(() -> fail("last"))))
                    .isInstanceOf(TaskGroupException.class);
            assertThat(events).containsExactly("went on, cancelling 1");
            assertThat(currentTask().cancelling()).isZero();
            steps(1);
        });
    }
}

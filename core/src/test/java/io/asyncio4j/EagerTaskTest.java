package io.asyncio4j;

import static io.asyncio4j.Asyncio.allTasks;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createEagerTask;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.currentTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EagerTaskTest {

    private final List<String> events = new ArrayList<>();

    @Test
    @DisplayName("Code that does not await is done on return, before what was scheduled")
    void createEagerTask_noAwait_isDone() {
        run(() -> {
            getRunningLoop().callSoon(() -> events.add("callback"));
            Task<?> creator = currentTask();
            Task<String> task =
                    createEagerTask(() -> {
                        assertThat(currentTask()).isNotSameAs(creator);
                        events.add("eager");
                        return "result";
                    });
            events.add("created");
            assertThat(task.isDone()).isTrue();
            assertThat(task.result()).isEqualTo("result");
            assertThat(currentTask()).isSameAs(creator);
            assertThat(allTasks()).containsExactly(creator);
            sleep(Duration.ZERO);
            assertThat(events).containsExactly("eager", "created", "callback");
        });
    }

    @Test
    @DisplayName("Code that awaits goes on in its turn")
    void createEagerTask_awaits_goesOnLater() {
        run(() -> {
            Future<String> future = getRunningLoop().createFuture();
            Task<Void> task =
                    createEagerTask(() -> {
                        events.add("begin");
                        events.add(await(future));
                        return null;
                    });
            events.add("created");
            assertThat(task.isDone()).isFalse();
            future.setResult("end");
            assertThat(events).containsExactly("begin", "created");
            await(task);
            assertThat(events).containsExactly("begin", "created", "end");
        });
    }

    @Test
    @DisplayName("A callback starts a task as well")
    void createEagerTask_inCallback() {
        run(() -> {
            Future<String> done = getRunningLoop().createFuture();
            getRunningLoop()
                    .callSoon(() -> {
                        Task<String> task =
                                createEagerTask(() -> {
                                    events.add(currentTask().getName());
                                    return "x";
                                });
                        task.setName("late");
                        assertThat(currentTask()).isNull();
                        done.setResult(task.result());
                    });
            assertThat(await(done)).isEqualTo("x");
            assertThat(events).hasSize(1);
        });
    }

    @Test
    @DisplayName("Tasks started within each other, and many in a row")
    void createEagerTask_nestedAndMany() {
        run(() -> {
            assertThat(depth(50)).isEqualTo(50);
            int[] count = {0};
            for (int i = 0; i < 20_000; i++) {
                createEagerTask(() -> count[0]++);
            }
            assertThat(count[0]).isEqualTo(20_000);
        });
    }

    private static int depth(int n) {
        return n == 0 ? 0 : 1 + createEagerTask(() -> depth(n - 1)).result();
    }

    @Test
    @DisplayName("An eager step that fails or cancels its creator does so in order")
    void createEagerTask_failsOrCancels() {
        run(() -> {
            Task<String> bad =
                    createEagerTask(() -> {
                        throw new IllegalArgumentException("bad");
                    });
            assertThat(bad.exception()).hasMessage("bad");
            Task<?> creator = currentTask();
            createEagerTask(() -> creator.cancel("by child"));
            assertThatThrownBy(() -> sleep(Duration.ZERO))
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("by child");
            creator.uncancel();
        });
    }

    @Test
    @DisplayName("Not in a turn of the loop, the task is scheduled")
    void createEagerTask_loopNotRunning_isScheduled() {
        try (var loop = Asyncio.newEventLoop()) {
            Task<Boolean> task = loop.createEagerTask(() -> events.add("ran"));
            assertThat(events).isEmpty();
            loop.runUntilComplete(task);
            assertThat(events).containsExactly("ran");
        }
    }

    @Test
    @DisplayName("On a stack with a native frame, which cannot give way, the task is scheduled")
    void createEagerTask_pinned_isScheduled() {
        run(() -> {
            var task = new AtomicReference<Task<Boolean>>();
            new PinnedByInitializer(() -> task.set(createEagerTask(() -> events.add("ran"))));
            assertThat(events).isEmpty();
            await(task.get());
            assertThat(events).containsExactly("ran");
        });
    }

    /** Runs an action below a native frame of the virtual machine: a static initialiser. */
    private record PinnedByInitializer(Runnable action) {
        private static Runnable pending;

        PinnedByInitializer {
            pending = action;
            Initializer.touch();
        }

        private static final class Initializer {
            static {
                pending.run();
            }

            static void touch() {}
        }
    }

    @Test
    @DisplayName("The eager factory starts every task at once, those of groups included")
    void eagerTaskFactory_startsAll() {
        run(() -> {
            getRunningLoop().setTaskFactory(Asyncio.eagerTaskFactory());
            Task<String> task = createTask(() -> "done");
            assertThat(task.isDone()).isTrue();
            assertThatThrownBy(() ->
                            TaskGroup.run(group -> {
                                group.createTask(() -> sleep(Duration.ofHours(1)));
                                group.createTask(() -> {
                                    throw new IllegalArgumentException("child");
                                });
                                sleep(Duration.ofHours(1));
                            }))
                    .isInstanceOf(TaskGroupException.class);
            assertThat(currentTask().cancelling()).isZero();
        });
    }
}

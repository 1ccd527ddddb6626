package io.asyncio4j.sync;

import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.sync.Steps.run;
import static io.asyncio4j.sync.Steps.settle;
import static io.asyncio4j.sync.Steps.steps;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.IntFunction;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random programs on queues, against the model: each item that was put comes out once, or stays;
 * and whenever nothing else can run, nobody waits to get what is there, or to put where there is
 * room.
 */
class QueueModelTest {

    private static final int PROGRAMS = 50;
    private static final int STEPS = 80;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5})
    @DisplayName("what goes in first comes out first, whoever is cancelled")
    void queue_randomPrograms(int maxsize) {
        check(maxsize, Queue::new, true);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void lifoQueue_randomPrograms(int maxsize) {
        check(maxsize, LifoQueue::new, false);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3})
    void priorityQueue_randomPrograms(int maxsize) {
        check(maxsize, PriorityQueue::new, false);
    }

    private static void check(int maxsize, IntFunction<Queue<Integer>> factory, boolean fifo) {
        for (int seed = 0; seed < PROGRAMS; seed++) {
            new Program(seed, factory.apply(maxsize), fifo).check();
        }
    }

    private static final class Program {
        private final int seed;
        private final Random random;
        private final Queue<Integer> queue;
        private final boolean fifo;

        private final List<Task<?>> putters = new ArrayList<>();
        private final List<Task<?>> getters = new ArrayList<>();
        private final List<Integer> put = new ArrayList<>();
        private final List<Integer> got = new ArrayList<>();
        private int done;

        Program(int seed, Queue<Integer> queue, boolean fifo) {
            this.seed = seed;
            this.random = new Random(seed);
            this.queue = queue;
            this.fifo = fifo;
        }

        void check() {
            run(() -> {
                Task<?> join = null;
                for (int i = 0; i < STEPS; i++) {
                    switch (random.nextInt(10)) {
                        case 0 -> times(this::startPutter);
                        case 1 -> times(this::startGetter);
                        case 2 -> cancelOne(putters);
                        case 3 -> cancelOne(getters);
                        case 4 -> cancelOne(putters);
                        case 5 -> cancelOne(getters);
                        case 6 -> putNow();
                        case 7 -> getNow();
                        case 8 -> steps(1);
                        default -> checkSettled();
                    }
                }
                checkSettled();
                join = createTask(queue::join);
                boolean immediate = random.nextBoolean();
                int left = queue.size();
                queue.shutdown(immediate);
                steps(1);
                settle();
                for (Task<?> task : concat()) {
                    assertThat(task.isDone()).as("seed %d, after the shutdown", seed).isTrue();
                    if (!task.isCancelled() && task.exception() != null) {
                        assertThat(task.exception()).isInstanceOf(QueueShutDownException.class);
                    }
                }
                while (!queue.isEmpty()) {
                    got.add(queue.get());
                }
                int dropped = immediate ? left : 0;
                checkItems(dropped);
                for (int i = done; i < got.size(); i++) {
                    assertThat(join.isDone()).as("seed %d", seed).isFalse();
                    queue.taskDone();
                }
                join.await();
            });
        }

        private List<Task<?>> concat() {
            var all = new ArrayList<>(putters);
            all.addAll(getters);
            return all;
        }

        private void times(Runnable operation) {
            for (int i = random.nextInt(5); i > 0; i--) {
                operation.run();
            }
        }

        private void startPutter() {
            int item = random.nextInt();
            putters.add(
                    createTask(() -> {
                        queue.put(item);
                        put.add(item);
                    }));
        }

        private void startGetter() {
            boolean finishes = random.nextBoolean();
            getters.add(
                    createTask(() -> {
                        got.add(queue.get());
                        if (finishes) {
                            queue.taskDone();
                            done++;
                        }
                    }));
        }

        private void cancelOne(List<Task<?>> tasks) {
            List<? extends Task<?>> live = tasks.stream().filter(task -> !task.isDone()).toList();
            if (!live.isEmpty()) {
                live.get(random.nextInt(live.size())).cancel();
            }
        }

        private void putNow() {
            if (!queue.isFull()) {
                int item = random.nextInt();
                queue.putNowait(item);
                put.add(item);
            }
        }

        private void getNow() {
            if (!queue.isEmpty()) {
                got.add(queue.getNowait());
            }
        }

        private void checkSettled() {
            settle();
            long waitToPut = putters.stream().filter(task -> !task.isDone()).count();
            long waitToGet = getters.stream().filter(task -> !task.isDone()).count();
            assertThat(waitToPut == 0 || queue.isFull())
                    .as("seed %d: %d wait to put into %s", seed, waitToPut, queue)
                    .isTrue();
            assertThat(waitToGet == 0 || queue.isEmpty())
                    .as("seed %d: %d wait to get from %s", seed, waitToGet, queue)
                    .isTrue();
            assertThat(put.size() - got.size()).as("seed %d", seed).isEqualTo(queue.size());
        }

        private void checkItems(int dropped) {
            assertThat(put.size() - got.size()).as("seed %d", seed).isEqualTo(dropped);
            if (fifo) {
                assertThat(got).as("seed %d", seed).isEqualTo(put.subList(0, got.size()));
            } else {
                var rest = new ArrayList<>(put);
                got.forEach(item -> assertThat(rest.remove(item)).as("seed %d", seed).isTrue());
            }
        }
    }
}

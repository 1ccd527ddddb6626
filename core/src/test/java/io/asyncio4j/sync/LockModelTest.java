package io.asyncio4j.sync;

import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.sync.Steps.finish;
import static io.asyncio4j.sync.Steps.run;
import static io.asyncio4j.sync.Steps.settle;
import static io.asyncio4j.sync.Steps.steps;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Random programs on a lock and on semaphores, against the model: at most so many holders, served
 * in order of arrival, and as many as there can be whenever nothing else can run.
 */
class LockModelTest {

    private static final int PROGRAMS = 50;
    private static final int STEPS = 60;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    @DisplayName("no permit is lost or given twice, whoever is cancelled")
    void semaphore_randomPrograms(int permits) {
        for (int seed = 0; seed < PROGRAMS; seed++) {
            var semaphore = new Semaphore(permits);
            new Program(seed, permits, semaphore::acquire).check();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void boundedSemaphore_randomPrograms(int permits) {
        for (int seed = 0; seed < PROGRAMS; seed++) {
            var semaphore = new BoundedSemaphore(permits);
            new Program(seed, permits, semaphore::acquire).check();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1000})
    void lock_randomPrograms(int firstSeed) {
        for (int seed = firstSeed; seed < firstSeed + PROGRAMS; seed++) {
            var lock = new Lock();
            new Program(seed, 1, lock::acquire).check();
        }
    }

    private static final class Program {
        private final int seed;
        private final Random random;
        private final int permits;
        private final Supplier<Held> acquire;

        private final List<Task<?>> tasks = new ArrayList<>();
        private final List<Integer> arrived = new ArrayList<>();
        private final List<Integer> served = new ArrayList<>();
        private final List<Held> holding = new ArrayList<>();

        Program(int seed, int permits, Supplier<Held> acquire) {
            this.seed = seed;
            this.random = new Random(seed);
            this.permits = permits;
            this.acquire = acquire;
        }

        void check() {
            run(() -> {
                for (int i = 0; i < STEPS; i++) {
                    switch (random.nextInt(6)) {
                        case 0, 1 -> arrive();
                        case 2 -> cancelOne();
                        case 3 -> releaseOne();
                        case 4 -> steps(1);
                        default -> checkSettled();
                    }
                    assertThat(holding).as("seed %d", seed).hasSizeLessThanOrEqualTo(permits);
                }
                checkSettled();
                if (permits == 0) {
                    tasks.forEach(Task::cancel);
                }
                while (!holding.isEmpty()) {
                    holding.removeFirst().close();
                    settle();
                }
                finish(tasks);
                assertThat(served).as("seed %d", seed).isSubsetOf(arrived);
                var inOrder = new ArrayList<>(arrived);
                inOrder.retainAll(served);
                assertThat(served).as("seed %d", seed).isEqualTo(inOrder);
            });
        }

        private void arrive() {
            int number = tasks.size();
            tasks.add(
                    createTask(() -> {
                        arrived.add(number);
                        Held held = acquire.get();
                        served.add(number);
                        holding.add(held);
                    }));
        }

        private void cancelOne() {
            List<? extends Task<?>> live = tasks.stream().filter(task -> !task.isDone()).toList();
            if (!live.isEmpty()) {
                live.get(random.nextInt(live.size())).cancel();
            }
        }

        private void releaseOne() {
            if (!holding.isEmpty()) {
                Held held = holding.remove(random.nextInt(holding.size()));
                held.close();
                held.close();
            }
        }

        private void checkSettled() {
            settle();
            long waiting = tasks.stream().filter(task -> !task.isDone()).count();
            assertThat(waiting == 0 || holding.size() == permits)
                    .as("seed %d: %d wait, %d of %d held", seed, waiting, holding.size(), permits)
                    .isTrue();
        }
    }
}

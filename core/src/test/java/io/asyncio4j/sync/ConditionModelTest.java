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
import java.util.concurrent.BrokenBarrierException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random programs on conditions and barriers: nobody waits for what is there. */
class ConditionModelTest {

    private static final int PROGRAMS = 50;
    private static final int STEPS = 60;

    @Test
    @DisplayName("as many signals as there are tokens suffice, whoever is cancelled")
    void condition_randomPrograms() {
        for (int seed = 0; seed < PROGRAMS; seed++) {
            new Tokens(seed).check();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5})
    @DisplayName("tasks pass in full rounds, each with a number of its own")
    void barrier_randomPrograms(int parties) {
        for (int seed = 0; seed < PROGRAMS; seed++) {
            new Rounds(seed, parties).check();
        }
    }

    /** Tasks take tokens; each token comes with one signal. */
    private static final class Tokens {
        private final int seed;
        private final Random random;
        private final Condition condition = new Condition();
        private final List<Task<?>> takers = new ArrayList<>();
        private int tokens;
        private boolean inside;

        Tokens(int seed) {
            this.seed = seed;
            this.random = new Random(seed);
        }

        void check() {
            run(() -> {
                for (int i = 0; i < STEPS; i++) {
                    switch (random.nextInt(6)) {
                        case 0, 1 -> startTaker();
                        case 2 -> takers.forEach(this::maybeCancel);
                        case 3 -> addTokens(random.nextInt(3), random.nextInt(3));
                        case 4 -> steps(1);
                        default -> checkSettled();
                    }
                }
                checkSettled();
                addTokens(takers.size(), 0);
                finish(takers);
                assertThat(condition.isLocked()).as("seed %d", seed).isFalse();
            });
        }

        private void startTaker() {
            int stepsInside = random.nextInt(2);
            takers.add(
                    createTask(() -> {
                        try (var _ = condition.acquire()) {
                            try {
                                condition.waitFor(() -> tokens > 0);
                                tokens--;
                            } finally {
                                assertThat(inside).as("seed %d", seed).isFalse();
                                inside = true;
                                try {
                                    steps(stepsInside);
                                } finally {
                                    inside = false;
                                }
                            }
                        }
                    }));
        }

        private void maybeCancel(Task<?> task) {
            if (random.nextInt(4) == 0) {
                task.cancel();
            }
        }

        private void addTokens(int count, int stepsInside) {
            try (var _ = condition.acquire()) {
                tokens += count;
                condition.signal(count);
                steps(stepsInside);
            }
        }

        private void checkSettled() {
            settle();
            long waiting = takers.stream().filter(task -> !task.isDone()).count();
            assertThat(waiting == 0 || tokens == 0)
                    .as("seed %d: %d wait for %d tokens", seed, waiting, tokens)
                    .isTrue();
        }
    }

    private static final class Rounds {
        private final int seed;
        private final Random random;
        private final int parties;
        private final Barrier barrier;
        private final List<Task<?>> tasks = new ArrayList<>();
        private final int[] passed;
        private int broken;
        private int lost;

        Rounds(int seed, int parties) {
            this.seed = seed;
            this.random = new Random(seed);
            this.parties = parties;
            this.barrier = new Barrier(parties);
            this.passed = new int[parties];
        }

        void check() {
            run(() -> {
                for (int i = 0; i < STEPS; i++) {
                    switch (random.nextInt(12)) {
                        case 0, 1, 2, 3, 4 -> tasks.add(createTask(this::pass));
                        case 5, 6 -> cancelOne();
                        case 7 -> barrier.reset();
                        case 8 -> {
                            barrier.abort();
                            steps(random.nextInt(2));
                            barrier.reset();
                        }
                        case 9 -> steps(1);
                        default -> checkSettled();
                    }
                }
                checkSettled();
                barrier.abort();
                finish(tasks);
                barrier.reset();
                settle();
                assertThat(barrier)
                        .as("seed %d", seed)
                        .hasToString("<Barrier filling waiting=0/" + parties + ">");
            });
        }

        private void pass() {
            try {
                passed[barrier.await()]++;
            } catch (BrokenBarrierException e) {
                broken++;
            } catch (java.util.concurrent.CancellationException e) {
                lost++;
                throw e;
            }
        }

        private void cancelOne() {
            List<? extends Task<?>> live = tasks.stream().filter(task -> !task.isDone()).toList();
            if (!live.isEmpty()) {
                live.get(random.nextInt(live.size())).cancel();
            }
        }

        private void checkSettled() {
            settle();
            long waiting = tasks.stream().filter(task -> !task.isDone()).count();
            assertThat(waiting)
                    .as("seed %d", seed)
                    .isEqualTo(barrier.waiting())
                    .isLessThan(parties);
            if (broken == 0 && lost == 0) {
                for (int each : passed) {
                    assertThat(each).as("seed %d", seed).isEqualTo(passed[0]);
                }
            }
        }
    }
}

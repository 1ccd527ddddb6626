package io.asyncio4j.sync;

import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.sync.Steps.endsCancelled;
import static io.asyncio4j.sync.Steps.run;
import static io.asyncio4j.sync.Steps.steps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConditionTest {

    private final Condition condition = new Condition();
    private final List<String> log = new ArrayList<>();

    private Task<?> waiter(String name) {
        return createTask(() -> {
            try (var _ = condition.acquire()) {
                try {
                    condition.await();
                    log.add(name);
                } catch (CancellationException e) {
                    assertThat(condition.isLocked()).isTrue();
                    log.add(name + " cancelled");
                    throw e;
                }
            }
        });
    }

    private void signal(int count) {
        try (var _ = condition.acquire()) {
            condition.signal(count);
        }
    }

    @Test
    void signal_wakesAsManyAsAskedForInOrderOfArrival() {
        run(() -> {
            waiter("a");
            waiter("b");
            waiter("c");
            steps(1);
            assertThat(condition).hasToString("<Condition unlocked waiters=3>");
            signal(1);
            steps(3);
            assertThat(log).containsExactly("a");
            signal(2);
            steps(4);
            assertThat(log).containsExactly("a", "b", "c");
        });
    }

    @Test
    void signalAll_wakesEverybody() {
        run(() -> {
            waiter("a");
            waiter("b");
            steps(1);
            try (var _ = condition.acquire()) {
                condition.signalAll();
            }
            steps(4);
            assertThat(log).containsExactly("a", "b");
        });
    }

    @Test
    void await_signalled_takesTheLockBeforeItReturns() {
        run(() -> {
            waiter("a");
            steps(1);
            var held = condition.acquire();
            condition.signal();
            steps(3);
            assertThat(log).isEmpty();
            held.close();
            steps(2);
            assertThat(log).containsExactly("a");
            assertThat(condition.isLocked()).isFalse();
        });
    }

    @Test
    void waitFor_waitsUntilThePredicateHolds() {
        run(() -> {
            var jobs = new ArrayList<String>();
            Task<?> task =
                    createTask(() -> {
                        try (var _ = condition.acquire()) {
                            condition.waitFor(() -> jobs.size() == 2);
                        }
                    });
            for (int i = 0; i < 2; i++) {
                steps(3);
                assertThat(task.isDone()).isFalse();
                jobs.add("job");
                signal(1);
            }
            task.await();
        });
    }

    @Test
    void waitFor_predicateThrows_throwsItOn() {
        run(() -> {
            try (var _ = condition.acquire()) {
                assertThatThrownBy(() ->
                                condition.waitFor(() -> {
                                    throw new UnsupportedOperationException();
                                }))
                        .isInstanceOf(UnsupportedOperationException.class);
                assertThat(condition.isLocked()).isTrue();
            }
        });
    }

    @Test
    void await_cancelled_takesTheLockBeforeItThrows() {
        run(() -> {
            Task<?> a = waiter("a");
            steps(1);
            var held = condition.acquire();
            a.cancel();
            steps(3);
            assertThat(a.isDone()).isFalse();
            held.close();
            assertThat(endsCancelled(a)).isTrue();
            assertThat(log).containsExactly("a cancelled");
            assertThat(condition.isLocked()).isFalse();
        });
    }

    @Test
    @DisplayName("cancelled again while it takes the lock, a task still takes it")
    void await_cancelledTwice_takesTheLockAndThrowsTheLatest() {
        run(() -> {
            Task<?> a = waiter("a");
            steps(1);
            var held = condition.acquire();
            a.cancel("first");
            steps(2);
            a.cancel("second");
            steps(2);
            a.cancel("third");
            steps(2);
            assertThat(a.isDone()).isFalse();
            held.close();
            assertThatThrownBy(a::await)
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("third");
            assertThat(log).containsExactly("a cancelled");
            assertThat(condition.isLocked()).isFalse();
        });
    }

    @Test
    void await_cancelledAfterItWasSignalled_passesTheSignalOn() {
        run(() -> {
            Task<?> a = waiter("a");
            waiter("b");
            steps(1);
            signal(1);
            a.cancel();
            steps(4);
            assertThat(log).containsExactly("a cancelled", "b");
        });
    }

    @Test
    void await_cancelledWhileItTakesTheLockAfterASignal_passesTheSignalOn() {
        run(() -> {
            Task<?> a = waiter("a");
            waiter("b");
            steps(1);
            var held = condition.acquire();
            condition.signal();
            steps(2);
            a.cancel();
            steps(2);
            held.close();
            steps(4);
            assertThat(log).containsExactly("a cancelled", "b");
        });
    }

    @Test
    void await_cancelledWithoutASignal_wakesNobodyElse() {
        run(() -> {
            Task<?> a = waiter("a");
            waiter("b");
            steps(1);
            a.cancel();
            steps(4);
            assertThat(log).containsExactly("a cancelled");
            signal(1);
            steps(3);
            assertThat(log).containsExactly("a cancelled", "b");
        });
    }

    @Test
    @DisplayName("what acquire returned releases the lock after a wait as well")
    void close_afterAwait_releases() {
        run(() -> {
            waiter("a");
            steps(1);
            signal(1);
            steps(3);
            assertThat(log).containsExactly("a");
            assertThat(condition.isLocked()).isFalse();
        });
    }

    @Test
    void conditions_ofOneLock_areSignalledApart() {
        run(() -> {
            var lock = new Lock();
            var notEmpty = new Condition(lock);
            var notFull = new Condition(lock);
            Task<?> a =
                    createTask(() -> {
                        try (var _ = lock.acquire()) {
                            notEmpty.await();
                        }
                    });
            Task<?> b =
                    createTask(() -> {
                        try (var _ = lock.acquire()) {
                            notFull.await();
                        }
                    });
            steps(1);
            try (var _ = lock.acquire()) {
                notFull.signalAll();
            }
            b.await();
            assertThat(a.isDone()).isFalse();
        });
    }

    @Test
    void lockNotHeld_throws() {
        run(() -> {
            assertThatThrownBy(condition::await).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(condition::signal).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(condition::signalAll).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(condition::release).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> condition.waitFor(() -> true))
                    .hasMessage(
                            "Condition.waitFor needs the lock, which is not held: "
                                    + "<Condition unlocked waiters=0>");
        });
    }
}

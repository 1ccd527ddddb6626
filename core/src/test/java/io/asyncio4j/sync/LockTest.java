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

class LockTest {

    private final Lock lock = new Lock();
    private final List<String> log = new ArrayList<>();

    private Task<?> acquirer(String name) {
        return createTask(() -> {
            var _ = lock.acquire();
            log.add(name);
        });
    }

    @Test
    void acquire_free_doesNotGiveWay() {
        run(() -> {
            createTask(() -> log.add("other"));
            try (var _ = lock.acquire()) {
                assertThat(lock.isLocked()).isTrue();
            }
            assertThat(lock.isLocked()).isFalse();
            assertThat(log).isEmpty();
        });
    }

    @Test
    void acquire_held_isServedInOrderOfArrival() {
        run(() -> {
            lock.acquire();
            acquirer("a");
            acquirer("b");
            steps(1);
            lock.release();
            steps(3);
            assertThat(log).containsExactly("a");
            lock.release();
            steps(3);
            assertThat(log).containsExactly("a", "b");
        });
    }

    @Test
    @DisplayName("a task that comes after a release does not overtake the one that was woken")
    void acquire_promisedToAnother_waits() {
        run(() -> {
            lock.acquire();
            createTask(() -> {
                try (var _ = lock.acquire()) {
                    log.add("waiting");
                }
            });
            steps(1);
            lock.release();
            assertThat(lock.isLocked()).isFalse();
            try (var _ = lock.acquire()) {
                assertThat(log).containsExactly("waiting");
            }
        });
    }

    @Test
    void acquire_cancelled_leavesTheLockToTheNext() {
        run(() -> {
            lock.acquire();
            Task<?> a = acquirer("a");
            acquirer("b");
            steps(1);
            a.cancel();
            lock.release();
            steps(3);
            assertThat(a.isCancelled()).isTrue();
            assertThat(log).containsExactly("b");
        });
    }

    @Test
    void acquire_cancelledAfterItWasWoken_passesTheWakeUpOn() {
        run(() -> {
            lock.acquire();
            Task<?> a = acquirer("a");
            acquirer("b");
            steps(1);
            lock.release();
            a.cancel();
            steps(3);
            assertThat(a.isCancelled()).isTrue();
            assertThat(log).containsExactly("b");
        });
    }

    @Test
    void acquire_lastWaiterCancelledAfterItWasWoken_leavesTheLockFree() {
        run(() -> {
            lock.acquire();
            Task<?> a = acquirer("a");
            steps(1);
            lock.release();
            a.cancel();
            assertThat(endsCancelled(a)).isTrue();
            try (var _ = lock.acquire()) {
                assertThat(lock.isLocked()).isTrue();
            }
        });
    }

    @Test
    void acquire_cancelledTwice_isCancelledOnce() {
        run(() -> {
            lock.acquire();
            var task =
                    createTask(() -> {
                        try {
                            lock.acquire();
                        } catch (CancellationException e) {
                            log.add(e.getMessage());
                        }
                        lock.acquire();
                        log.add("acquired");
                    });
            steps(1);
            task.cancel("first");
            steps(1);
            lock.release();
            task.cancel("second");
            assertThat(endsCancelled(task)).isTrue();
            assertThat(log).containsExactly("first");
            assertThat(task.cancelling()).isEqualTo(2);
            try (var _ = lock.acquire()) {
                assertThat(lock.isLocked()).isTrue();
            }
        });
    }

    @Test
    void close_twice_doesNotReleaseTheNextHolder() {
        run(() -> {
            var mine = lock.acquire();
            acquirer("next");
            steps(1);
            mine.close();
            steps(1);
            mine.close();
            assertThat(log).containsExactly("next");
            assertThat(lock.isLocked()).isTrue();
        });
    }

    @Test
    void close_afterRelease_isNothing() {
        run(() -> {
            try (var _ = lock.acquire()) {
                lock.release();
            }
            assertThat(lock.isLocked()).isFalse();
        });
    }

    @Test
    void release_notHeld_throws() {
        assertThatThrownBy(lock::release)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "Lock.release needs the lock, which is not held: "
                                + "<Lock unlocked waiters=0>");
    }

    @Test
    void release_fromACallback_wakesTheWaiter() {
        run(() -> {
            lock.acquire();
            Task<?> waiting = acquirer("waiting");
            waiting.loop().callSoon(lock::release);
            waiting.await();
            assertThat(log).containsExactly("waiting");
        });
    }
}

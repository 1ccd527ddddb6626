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
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SemaphoreTest {

    private final List<String> log = new ArrayList<>();

    private Task<?> acquirer(Semaphore semaphore, String name) {
        return createTask(() -> {
            semaphore.acquire();
            log.add(name);
        });
    }

    @Test
    void acquire_whilePermitsLast_doesNotGiveWay() {
        run(() -> {
            var semaphore = new Semaphore(2);
            createTask(() -> log.add("other"));
            try (var _ = semaphore.acquire();
                    var _ = semaphore.acquire()) {
                assertThat(semaphore.isLocked()).isTrue();
            }
            assertThat(semaphore.isLocked()).isFalse();
            assertThat(log).isEmpty();
        });
    }

    @Test
    void release_goesToWhoWaitedLongest() {
        run(() -> {
            var semaphore = new Semaphore(0);
            acquirer(semaphore, "a");
            acquirer(semaphore, "b");
            acquirer(semaphore, "c");
            steps(1);
            semaphore.release();
            steps(2);
            assertThat(log).containsExactly("a");
            semaphore.release();
            semaphore.release();
            steps(2);
            assertThat(log).containsExactly("a", "b", "c");
        });
    }

    @Test
    @DisplayName("a task that comes after a release does not overtake the one that was woken")
    void acquire_permitPromisedToAnother_waits() {
        run(() -> {
            var semaphore = new Semaphore(0);
            acquirer(semaphore, "first");
            steps(1);
            semaphore.release();
            semaphore.release();
            assertThat(semaphore.isLocked()).isTrue();
            semaphore.acquire();
            log.add("second");
            assertThat(log).containsExactly("first", "second");
        });
    }

    @Test
    void acquire_cancelled_doesNotTakeAPermit() {
        run(() -> {
            var semaphore = new Semaphore(0);
            Task<?> a = acquirer(semaphore, "a");
            acquirer(semaphore, "b");
            steps(1);
            a.cancel();
            semaphore.release();
            steps(2);
            assertThat(a.isCancelled()).isTrue();
            assertThat(log).containsExactly("b");
        });
    }

    @Test
    void acquire_cancelledAfterItWasWoken_passesThePermitOn() {
        run(() -> {
            var semaphore = new Semaphore(0);
            Task<?> a = acquirer(semaphore, "a");
            acquirer(semaphore, "b");
            steps(1);
            semaphore.release();
            a.cancel();
            steps(3);
            assertThat(a.isCancelled()).isTrue();
            assertThat(log).containsExactly("b");
        });
    }

    @Test
    void acquire_onlyWaiterCancelledAfterItWasWoken_leavesThePermit() {
        run(() -> {
            var semaphore = new Semaphore(0);
            Task<?> a = acquirer(semaphore, "a");
            steps(1);
            semaphore.release();
            a.cancel();
            assertThat(endsCancelled(a)).isTrue();
            assertThat(semaphore).hasToString("<Semaphore permits=1 waiters=0>");
            assertThat(semaphore.isLocked()).isFalse();
        });
    }

    @Test
    void close_twice_givesOnePermitBack() {
        run(() -> {
            var semaphore = new Semaphore(1);
            var held = semaphore.acquire();
            held.close();
            held.close();
            assertThat(semaphore).hasToString("<Semaphore permits=1 waiters=0>");
        });
    }

    @Test
    void release_addsPermits() {
        run(() -> {
            var semaphore = new Semaphore();
            semaphore.release();
            semaphore.acquire();
            semaphore.acquire();
            assertThat(semaphore.isLocked()).isTrue();
        });
    }

    @Test
    void bounded_releasedTooOften_throws() {
        run(() -> {
            var semaphore = new BoundedSemaphore();
            semaphore.acquire().close();
            assertThatThrownBy(semaphore::release)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "All 1 permits have been released already: "
                                    + "<BoundedSemaphore permits=1 waiters=0>");
        });
    }

    @Test
    void constructor_negative_throws() {
        assertThatThrownBy(() -> new Semaphore(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The number of permits must not be negative: -1");
        assertThatThrownBy(() -> new BoundedSemaphore(-1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("a permit that is on its way to a waiter has been released, too")
    void bounded_releasedAgainBeforeTheWokenResumes_throws() {
        run(() -> {
            var semaphore = new BoundedSemaphore();
            semaphore.acquire();
            acquirer(semaphore, "waiting");
            steps(1);
            semaphore.release();
            assertThatThrownBy(semaphore::release).isInstanceOf(IllegalStateException.class);
            steps(1);
            assertThat(log).containsExactly("waiting");
            semaphore.release();
            assertThatThrownBy(semaphore::release).isInstanceOf(IllegalStateException.class);
        });
    }
}

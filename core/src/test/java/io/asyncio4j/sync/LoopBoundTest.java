package io.asyncio4j.sync;

import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.sync.Steps.run;
import static io.asyncio4j.sync.Steps.steps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.Action;
import io.asyncio4j.Future;
import io.asyncio4j.Task;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Where the tools may be used: in tasks, and in those of one loop. */
class LoopBoundTest {

    /** A wait for something that does not come. */
    record Wait(String name, Action action) {
        @Override
        public String toString() {
            return name;
        }
    }

    static List<Wait> waits() {
        var lock = new Lock();
        var condition = new Condition();
        var empty = new Queue<String>();
        var full = new Queue<String>(1);
        full.putNowait("item");
        var unfinished = new Queue<String>();
        unfinished.putNowait("item");
        return List.of(
                new Wait("Lock.acquire", lock::acquire),
                new Wait("Event.await", new Event()::await),
                new Wait(
                        "Condition.await",
                        () -> {
                            try (var _ = condition.acquire()) {
                                condition.await();
                            }
                        }),
                new Wait("Semaphore.acquire", new Semaphore(0)::acquire),
                new Wait("Barrier.await", new Barrier(3)::await),
                new Wait("Queue.get", empty::get),
                new Wait("Queue.put", () -> full.put("another")),
                new Wait("Queue.join", unfinished::join));
    }

    @ParameterizedTest
    @MethodSource("waits")
    void twoLoops_secondWait_throws(Wait wait) throws Exception {
        run(() -> {
            if (wait.name().equals("Lock.acquire")) {
                wait.action().run();
            }
            createTask(wait.action());
            steps(1);
        });
        run(() ->
                assertThatThrownBy(wait.action()::run)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(" belongs to "));
    }

    @Test
    @DisplayName("what nobody had to wait for may be used on one loop after the other")
    void twoLoops_withoutWaiting_isFine() {
        var lock = new Lock();
        var queue = new Queue<String>();
        for (int i = 0; i < 2; i++) {
            run(() -> {
                try (var _ = lock.acquire()) {
                    queue.put("item");
                    assertThat(queue.get()).isEqualTo("item");
                }
            });
        }
    }

    static Stream<Wait> waitsThatNeedNotWait() {
        var lock = new Lock();
        var event = new Event();
        event.set();
        var queue = new Queue<String>();
        queue.putNowait("item");
        var done = new Queue<String>();
        var condition = new Condition();
        return Stream.of(
                new Wait("Lock.acquire", lock::acquire),
                new Wait("Event.await", event::await),
                new Wait("Condition.await", condition::await),
                new Wait("Condition.waitFor", () -> condition.waitFor(() -> true)),
                new Wait("Semaphore.acquire", new Semaphore()::acquire),
                new Wait("Barrier.await", new Barrier(1)::await),
                new Wait("Queue.get", queue::get),
                new Wait("Queue.put", () -> queue.put("another")),
                new Wait("Queue.join", done::join));
    }

    @ParameterizedTest
    @MethodSource("waitsThatNeedNotWait")
    void callback_throwsEvenIfItWouldNotWait(Wait wait) {
        run(() -> {
            Future<Throwable> thrown = getRunningLoop().createFuture();
            getRunningLoop()
                    .callSoon(() -> {
                        try {
                            wait.action().run();
                            thrown.setResult(null);
                        } catch (Exception e) {
                            thrown.setResult(e);
                        }
                    });
            assertThat(thrown.await())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith(wait.name() + " must be called from a task");
        });
    }

    @ParameterizedTest
    @MethodSource("waitsThatNeedNotWait")
    void plainThread_throws(Wait wait) {
        assertThatThrownBy(wait.action()::run)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith(wait.name() + " must be called from a task");
    }

    @ParameterizedTest
    @MethodSource("waits")
    @DisplayName("a task that was cancelled before it begins to wait does not wait")
    void cancel_beforeTheWaitBegins_doesNotWait(Wait wait) throws Exception {
        run(() -> {
            if (wait.name().equals("Lock.acquire")) {
                wait.action().run();
            }
            Task<?>[] self = new Task<?>[1];
            self[0] =
                    createTask(() -> {
                        self[0].cancel();
                        wait.action().run();
                    });
            steps(4);
            assertThat(self[0].isCancelled()).isTrue();
        });
    }
}

package io.asyncio4j.sync;

import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.sync.Steps.endsCancelled;
import static io.asyncio4j.sync.Steps.run;
import static io.asyncio4j.sync.Steps.steps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.Task;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class QueueShutdownTest {

    private final Queue<String> queue = new Queue<>(1);

    private static void assertShutDown(Task<?> task) {
        assertThat(task.isDone()).isTrue();
        assertThat(task.exception()).isInstanceOf(QueueShutDownException.class);
    }

    @Test
    void shutdown_leavesWhatIsIn() {
        run(() -> {
            queue.put("a");
            queue.shutdown();
            assertThatThrownBy(() -> queue.put("b")).isInstanceOf(QueueShutDownException.class);
            assertThatThrownBy(() -> queue.putNowait("b"))
                    .isInstanceOf(QueueShutDownException.class);
            assertThat(queue.get()).isEqualTo("a");
            assertThatThrownBy(queue::get).isInstanceOf(QueueShutDownException.class);
            assertThatThrownBy(queue::getNowait)
                    .isInstanceOf(QueueShutDownException.class)
                    .hasMessage(
                            "Queue was shut down: <Queue size=0 maxsize=1 getters=0 putters=0"
                                    + " unfinished=1 shut down>");
            queue.taskDone();
            queue.join();
        });
    }

    @Test
    void shutdown_immediate_throwsAwayWhatIsInAndCountsItAsDone() {
        run(() -> {
            queue.put("a");
            Task<?> join = createTask(queue::join);
            steps(1);
            queue.shutdown(true);
            join.await();
            assertThat(queue.isEmpty()).isTrue();
            assertThatThrownBy(queue::get).isInstanceOf(QueueShutDownException.class);
            assertThatThrownBy(queue::taskDone).isInstanceOf(IllegalStateException.class);
        });
    }

    @Test
    @DisplayName("join still waits for an item that was taken before")
    void shutdown_immediate_waitsForItemsInWork() {
        run(() -> {
            queue.put("taken");
            queue.get();
            queue.put("dropped");
            Task<?> join = createTask(queue::join);
            queue.shutdown(true);
            steps(2);
            assertThat(join.isDone()).isFalse();
            queue.taskDone();
            join.await();
        });
    }

    @Test
    void shutdown_immediate_afterTaskDoneWasCalledEarly_countsNoItemTwice() {
        run(() -> {
            queue.put("a");
            queue.taskDone();
            queue.shutdown(true);
            queue.join();
            assertThat(queue.isEmpty()).isTrue();
        });
    }

    @Test
    void shutdown_wakesGetters() {
        run(() -> {
            Task<?> a = createTask(() -> queue.get());
            Task<?> b = createTask(() -> queue.get());
            steps(1);
            queue.shutdown();
            steps(1);
            assertShutDown(a);
            assertShutDown(b);
        });
    }

    @Test
    void shutdown_wakesPutters() {
        run(() -> {
            queue.put("in");
            Task<?> a = createTask(() -> queue.put("a"));
            Task<?> b = createTask(() -> queue.put("b"));
            steps(1);
            queue.shutdown();
            steps(1);
            assertShutDown(a);
            assertShutDown(b);
            assertThat(queue.size()).isEqualTo(1);
        });
    }

    @Test
    void shutdown_putterWokenBefore_doesNotPut() {
        run(() -> {
            queue.put("in");
            Task<?> putter = createTask(() -> queue.put("late"));
            steps(1);
            queue.get();
            queue.shutdown();
            steps(1);
            assertShutDown(putter);
            assertThat(queue.isEmpty()).isTrue();
        });
    }

    @Test
    void shutdown_getterWokenBefore_getsItsItem() {
        run(() -> {
            Task<String> getter = createTask(queue::get);
            steps(1);
            queue.put("item");
            queue.shutdown();
            assertThat(getter.await()).isEqualTo("item");
        });
    }

    @Test
    void shutdown_thenCancel_isCancelled() {
        run(() -> {
            Task<?> getter = createTask(queue::get);
            steps(1);
            queue.shutdown();
            getter.cancel();
            assertThat(endsCancelled(getter)).isTrue();
        });
    }

    @Test
    void shutdown_twice_isNothingOrEmpties() {
        queue.putNowait("a");
        queue.shutdown();
        queue.shutdown();
        assertThat(queue.size()).isEqualTo(1);
        queue.shutdown(true);
        assertThat(queue.size()).isZero();
    }
}

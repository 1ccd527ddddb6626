package io.asyncio4j.sync;

import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.sync.Steps.endsCancelled;
import static io.asyncio4j.sync.Steps.run;
import static io.asyncio4j.sync.Steps.steps;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.Task;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class EventTest {

    private final Event event = new Event();
    private final List<String> log = new ArrayList<>();

    private Task<?> waiter(String name) {
        return createTask(() -> {
            event.await();
            log.add(name);
        });
    }

    @Test
    void await_set_doesNotGiveWay() {
        run(() -> {
            createTask(() -> log.add("other"));
            event.set();
            event.await();
            assertThat(event.isSet()).isTrue();
            assertThat(log).isEmpty();
        });
    }

    @Test
    void set_wakesAllInOrderOfArrival() {
        run(() -> {
            waiter("a");
            waiter("b");
            steps(2);
            assertThat(log).isEmpty();
            event.set();
            steps(1);
            assertThat(log).containsExactly("a", "b");
            event.set();
        });
    }

    @Test
    @DisplayName("tasks that were woken go on although the event was cleared at once")
    void clear_rightAfterSet_doesNotTakeTheWakeUpBack() {
        run(() -> {
            waiter("before");
            steps(1);
            event.set();
            event.clear();
            Task<?> after = waiter("after");
            steps(3);
            assertThat(log).containsExactly("before");
            assertThat(after.isDone()).isFalse();
            assertThat(event.isSet()).isFalse();
        });
    }

    @Test
    void await_cancelled_leavesTheOthersWaiting() {
        run(() -> {
            Task<?> a = waiter("a");
            waiter("b");
            steps(1);
            a.cancel();
            assertThat(endsCancelled(a)).isTrue();
            assertThat(event).hasToString("<Event unset waiters=1>");
            event.set();
            steps(1);
            assertThat(log).containsExactly("b");
        });
    }

    @Test
    void await_cancelledAfterItWasWoken_isCancelled() {
        run(() -> {
            Task<?> a = waiter("a");
            steps(1);
            event.set();
            a.cancel();
            assertThat(endsCancelled(a)).isTrue();
            assertThat(log).isEmpty();
        });
    }
}

package io.asyncio4j.sync;

import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.sync.Steps.endsCancelled;
import static io.asyncio4j.sync.Steps.run;
import static io.asyncio4j.sync.Steps.steps;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.Task;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class QueueTest {

    private final List<String> log = new ArrayList<>();

    private Task<?> getter(Queue<String> queue, String name) {
        return createTask(() -> log.add(name + " got " + queue.get()));
    }

    private Task<?> putter(Queue<String> queue, String item) {
        return createTask(() -> {
            queue.put(item);
            log.add("put " + item);
        });
    }

    private static <T> List<T> drain(Queue<T> queue) {
        var items = new ArrayList<T>();
        while (!queue.isEmpty()) {
            items.add(queue.getNowait());
        }
        return items;
    }

    @Test
    void putAndGet_withoutWaiting_doNotGiveWay() {
        run(() -> {
            var queue = new Queue<String>(2);
            createTask(() -> log.add("other"));
            queue.put("a");
            assertThat(queue.isFull()).isFalse();
            queue.put("b");
            assertThat(queue.isFull()).isTrue();
            assertThat(queue.get()).isEqualTo("a");
            assertThat(queue.get()).isEqualTo("b");
            assertThat(log).isEmpty();
        });
    }

    @Test
    void get_empty_isServedInOrderOfArrival() {
        run(() -> {
            var queue = new Queue<String>();
            getter(queue, "first");
            getter(queue, "second");
            steps(1);
            queue.putNowait("a");
            queue.putNowait("b");
            assertThat(queue.size()).isEqualTo(2);
            steps(1);
            assertThat(log).containsExactly("first got a", "second got b");
        });
    }

    @Test
    void put_full_waitsForRoomInOrderOfArrival() {
        run(() -> {
            var queue = new Queue<String>(1);
            queue.put("a");
            putter(queue, "b");
            putter(queue, "c");
            steps(3);
            assertThat(log).isEmpty();
            assertThat(queue.getNowait()).isEqualTo("a");
            steps(3);
            assertThat(log).containsExactly("put b");
            assertThat(queue.get()).isEqualTo("b");
            assertThat(queue.get()).isEqualTo("c");
        });
    }

    @Test
    @DisplayName("a woken task that finds the item taken waits again and gets the next one")
    void get_itemTakenByAnother_waitsAgain() {
        run(() -> {
            var queue = new Queue<String>();
            getter(queue, "woken");
            steps(1);
            queue.put("a");
            assertThat(queue.get()).isEqualTo("a");
            steps(3);
            assertThat(log).isEmpty();
            queue.put("b");
            steps(1);
            assertThat(log).containsExactly("woken got b");
        });
    }

    @Test
    void get_cancelled_takesNoItem() {
        run(() -> {
            var queue = new Queue<String>();
            Task<?> getter = getter(queue, "cancelled");
            steps(1);
            getter.cancel();
            queue.put("a");
            assertThat(endsCancelled(getter)).isTrue();
            assertThat(queue.size()).isEqualTo(1);
        });
    }

    @Test
    void get_cancelledAfterItWasWoken_passesTheWakeUpOn() {
        run(() -> {
            var queue = new Queue<String>();
            Task<?> getter = getter(queue, "cancelled");
            getter(queue, "next");
            steps(1);
            queue.put("a");
            getter.cancel();
            steps(3);
            assertThat(getter.isCancelled()).isTrue();
            assertThat(log).containsExactly("next got a");
        });
    }

    @Test
    void put_cancelled_putsNothing() {
        run(() -> {
            var queue = new Queue<String>(1);
            queue.put("a");
            Task<?> putter = putter(queue, "b");
            putter(queue, "c");
            steps(1);
            putter.cancel();
            assertThat(queue.getNowait()).isEqualTo("a");
            steps(3);
            assertThat(log).containsExactly("put c");
            assertThat(drain(queue)).containsExactly("c");
        });
    }

    @Test
    void put_cancelledAfterItWasWoken_passesTheWakeUpOn() {
        run(() -> {
            var queue = new Queue<String>(1);
            queue.put("a");
            Task<?> putter = putter(queue, "b");
            putter(queue, "c");
            steps(1);
            assertThat(queue.getNowait()).isEqualTo("a");
            putter.cancel();
            steps(3);
            assertThat(putter.isCancelled()).isTrue();
            assertThat(log).containsExactly("put c");
        });
    }

    @Test
    void nowait_withoutRoomOrItem_throws() {
        var queue = new Queue<String>(1);
        assertThatThrownBy(queue::getNowait)
                .isInstanceOf(QueueEmptyException.class)
                .hasMessage(
                        "Queue is empty: "
                                + "<Queue size=0 maxsize=1 getters=0 putters=0 unfinished=0>");
        queue.putNowait("a");
        assertThatThrownBy(() -> queue.putNowait("b"))
                .isInstanceOf(QueueFullException.class)
                .hasMessageStartingWith("Queue is full: <Queue size=1 maxsize=1");
        assertThat(queue.maxsize()).isEqualTo(1);
    }

    @Test
    void put_null_throws() {
        assertThatThrownBy(() -> new Queue<>().putNowait(null))
                .isInstanceOf(NullPointerException.class);
        run(() ->
                assertThatThrownBy(() -> new Queue<>().put(null))
                        .isInstanceOf(NullPointerException.class));
    }

    @Test
    void unlimited_isNeverFull() {
        var queue = new Queue<Integer>(-1);
        for (int i = 0; i < 1000; i++) {
            queue.putNowait(i);
        }
        assertThat(queue.isFull()).isFalse();
    }

    @Test
    void join_waitsUntilAllItemsAreDone() {
        run(() -> {
            var queue = new Queue<String>();
            queue.join();
            queue.put("a");
            queue.put("b");
            Task<?> join = createTask(queue::join);
            Task<?> another = createTask(queue::join);
            Task<?> cancelled = createTask(queue::join);
            queue.get();
            queue.taskDone();
            queue.get();
            steps(2);
            cancelled.cancel();
            assertThat(endsCancelled(cancelled)).isTrue();
            assertThat(join.isDone()).isFalse();
            queue.taskDone();
            join.await();
            another.await();
            assertThatThrownBy(queue::taskDone)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("taskDone was called more often than items were put");
        });
    }

    @Test
    void lifoQueue_handsOutTheLatestFirst() {
        var queue = new LifoQueue<String>();
        Stream.of("a", "b", "c").forEach(queue::putNowait);
        assertThat(drain(queue)).containsExactly("c", "b", "a");
    }

    @Test
    void priorityQueue_handsOutTheLeastFirst() {
        var natural = new PriorityQueue<String>(3);
        Stream.of("b", "c", "a").forEach(natural::putNowait);
        assertThat(natural.isFull()).isTrue();
        assertThat(drain(natural)).containsExactly("a", "b", "c");
        var reversed = new PriorityQueue<String>(Comparator.reverseOrder());
        Stream.of("b", "c", "a").forEach(reversed::putNowait);
        assertThat(drain(reversed)).containsExactly("c", "b", "a");
    }

    @Test
    void priorityQueue_itemsNotComparable_refusesThem() {
        var queue = new PriorityQueue<Object>();
        assertThatThrownBy(() -> queue.putNowait(new Object()))
                .isInstanceOf(ClassCastException.class);
        assertThat(queue)
                .hasToString("<PriorityQueue size=0 maxsize=0 getters=0 putters=0 unfinished=0>");
    }

    @Test
    @DisplayName("a task that waited for the least item gets the one that is least when it resumes")
    void priorityQueue_severalPutBeforeTheGetterResumes_getsTheLeast() {
        run(() -> {
            var queue = new PriorityQueue<String>();
            getter(queue, "waiting");
            steps(1);
            queue.put("b");
            queue.put("a");
            steps(1);
            assertThat(log).containsExactly("waiting got a");
        });
    }

    @Test
    @DisplayName("an item that its order refuses does not take the room from the next in line")
    void priority_woken_refused_passesTheWakeUpOn() {
        run(() -> {
            var queue = new PriorityQueue<Object>(1);
            queue.putNowait("first");
            Task<?> refused = createTask(() -> queue.put(new Object()));
            Task<?> next = createTask(() -> queue.put("next"));
            steps(1);
            assertThat(queue.getNowait()).isEqualTo("first");
            assertThatThrownBy(refused::await).isInstanceOf(ClassCastException.class);
            steps(1);
            assertThat(next.isDone()).isTrue();
            assertThat(drain(queue)).containsExactly("next");
        });
    }
}

package io.asyncio4j.loop;

import static io.asyncio4j.testing.Loops.iterate;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.Handle;
import io.asyncio4j.testing.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** The order in which callbacks, timers and tasks run, and what an iteration is. */
@Tag("portable")
@ParameterizedClass
@MethodSource("io.asyncio4j.testing.Loops#names")
class CallbackOrderTest {

    private final BaseEventLoop loop;
    private final List<String> events = new ArrayList<>();

    CallbackOrderTest(String selector) {
        loop = Loops.open(selector);
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private Runnable log(String event) {
        return () -> events.add(event);
    }

    @Test
    @DisplayName("callbacks run in the order they were scheduled")
    void callSoon_runsInOrder() {
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            loop.callSoon(log("" + i));
            expected.add("" + i);
        }
        iterate(loop);
        assertThat(events).isEqualTo(expected);
    }

    @Test
    @DisplayName("what is added during an iteration runs in the next")
    void callSoon_duringIteration_runsInNext() {
        loop.callSoon(() -> {
            events.add("a");
            loop.callSoon(log("c"));
        });
        loop.callSoon(log("b"));
        iterate(loop);
        assertThat(events).containsExactly("a", "b");
        iterate(loop);
        assertThat(events).containsExactly("a", "b", "c");
    }

    @Test
    @DisplayName("callSoonThreadsafe, execute and callSoon keep one order")
    void callSoonThreadsafe_mixedWithCallSoon_keepsOrder() {
        loop.callSoon(log("a"));
        loop.callSoonThreadsafe(log("b"));
        loop.callSoon(log("c"));
        loop.execute(log("d"));
        loop.createTask(() -> events.add("e"));
        loop.callSoonThreadsafe(log("f"));
        iterate(loop);
        assertThat(events).containsExactly("a", "b", "c", "d", "e", "f");
    }

    @Test
    @DisplayName("what another thread scheduled first runs first")
    void callSoonThreadsafe_otherThreadFirst_runsFirst() {
        loop.callSoon(() -> {
            var scheduled = new FutureTask<>(() -> loop.callSoonThreadsafe(log("theirs")));
            Thread.ofPlatform().start(scheduled);
            try {
                scheduled.get();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
            loop.callSoon(log("ours"));
        });
        iterate(loop);
        iterate(loop);
        assertThat(events).containsExactly("theirs", "ours");
    }

    @Test
    @DisplayName("turns of tasks stand in the queue like callbacks")
    void createTask_mixedWithCallbacks_keepsOrder() {
        for (int i = 0; i < 3; i++) {
            String name = "task " + i;
            loop.callSoon(log("before " + i));
            loop.createTask(() -> {
                events.add(name + " first");
                io.asyncio4j.Asyncio.sleep(Duration.ZERO);
                return events.add(name + " second");
            });
        }
        loop.callSoon(log("last"));
        iterate(loop);
        assertThat(events)
                .containsExactly(
                        "before 0",
                        "task 0 first",
                        "before 1",
                        "task 1 first",
                        "before 2",
                        "task 2 first",
                        "last");
        events.clear();
        iterate(loop);
        assertThat(events).containsExactly("task 0 second", "task 1 second", "task 2 second");
    }

    @Test
    @DisplayName("due timers join the end of the queue when the iteration begins")
    void callAt_due_joinsEndOfQueue() {
        loop.callAt(loop.time() - 1, log("timer"));
        loop.callSoon(log("a"));
        loop.callSoon(() -> {
            events.add("b");
            loop.callAt(loop.time() - 1, log("next"));
        });
        iterate(loop);
        assertThat(events).containsExactly("a", "b", "timer");
        iterate(loop);
        assertThat(events).endsWith("next").hasSize(4);
    }

    @Test
    @DisplayName("a cancelled handle never runs, wherever it waits")
    void cancel_neverRuns() {
        List<Handle> handles = new ArrayList<>();
        handles.add(loop.callSoon(log("soon")));
        handles.add(loop.callSoonThreadsafe(log("threadsafe")));
        handles.add(loop.callAt(loop.time(), log("timer")));
        handles.forEach(Handle::cancel);
        handles.forEach(Handle::cancel);
        Handle[] later = new Handle[1];
        loop.callSoon(() -> later[0].cancel());
        later[0] = loop.callSoon(log("later in this iteration"));
        iterate(loop);
        iterate(loop);
        assertThat(events).isEmpty();
        assertThat(handles).allMatch(Handle::isCancelled);
    }

    @Test
    @DisplayName(
            "stop ends the run after the iteration, stop before the run makes it one iteration")
    void stop_endsAfterIteration() {
        loop.callSoon(() -> {
            events.add("a");
            loop.stop();
            loop.callSoon(log("c"));
        });
        loop.callSoon(log("b"));
        loop.runForever();
        assertThat(events).containsExactly("a", "b");
        loop.runUntilComplete(() -> events.add("d"));
        assertThat(events).containsExactly("a", "b", "c", "d");

        events.clear();
        loop.stop();
        loop.callSoon(log("only"));
        loop.runForever();
        assertThat(events).containsExactly("only");
    }

    @Test
    @DisplayName("stop before a run with nothing to do returns at once, and only once")
    void stop_beforeRun_doesNotWait() {
        loop.callLater(Duration.ofHours(1), log("never"));
        loop.stop();
        loop.runForever();
        loop.callSoon(loop::stop);
        loop.runForever();
        assertThat(events).isEmpty();
    }
}

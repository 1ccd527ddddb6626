package io.asyncio4j;

import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.timeoutAt;
import static io.asyncio4j.Asyncio.waitFor;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.sync.Queue;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.testkit.VirtualTimeLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Items that are put when the time of their getter is up: each is got, or still in the queue. */
class DeadlineQueueTest {

    private static final int ITEMS = 2000;
    private static final Duration TIME = Duration.ofNanos(50_000);

    /** How a getter waits until {@code when}. */
    private enum Getting {
        WAIT_FOR_TASK {
            @Override
            int get(Queue<Integer> queue, long when, Runnable first) throws Exception {
                return waitFor(
                        createTask(() -> {
                            first.run();
                            return queue.get();
                        }),
                        TIME);
            }
        },
        WAIT_FOR_CALL {
            @Override
            int get(Queue<Integer> queue, long when, Runnable first) throws Exception {
                return waitFor(
                        () -> {
                            first.run();
                            return queue.get();
                        },
                        TIME);
            }
        },
        TIMEOUT {
            @Override
            int get(Queue<Integer> queue, long when, Runnable first) throws Exception {
                return timeoutAt(
                        when,
                        () -> {
                            first.run();
                            return queue.get();
                        });
            }
        },
        TIMEOUT_OF_TASK {
            @Override
            int get(Queue<Integer> queue, long when, Runnable first) throws Exception {
                first.run();
                Task<Integer> task = createTask(queue::get);
                return timeoutAt(when, task::await);
            }
        };

        abstract int get(Queue<Integer> queue, long when, Runnable first) throws Exception;
    }

    private static Stream<Arguments> cases() {
        return Stream.of(Getting.values())
                .flatMap(getting ->
                        Stream.of("virtual", "EPOLL", "POLL")
                                .flatMap(loop ->
                                        Stream.of(true, false)
                                                .map(putFirst ->
                                                        Arguments.of(getting, loop, putFirst))));
    }

    @ParameterizedTest(name = "{0}, {1}, put first: {2}")
    @MethodSource("cases")
    @DisplayName("2,000 items that come with the deadline of who waits for them: none is lost")
    void itemAndDeadline_together_noneLost(Getting getting, String kind, boolean putFirst)
            throws Exception {
        boolean virtual = kind.equals("virtual");
        var got = new ArrayList<Integer>();
        var left = new ArrayList<Integer>();
        try (var runner =
                new Runner(virtual ? VirtualTimeLoop::new : LoopKind.valueOf(kind)::open)) {
            runner.run(() -> {
                EventLoop loop = getRunningLoop();
                var queue = new Queue<Integer>();
                for (int i = 0; i < ITEMS; i++) {
                    int item = i;
                    long when = loop.time() + TIME.toNanos();
                    Future<Void> put = loop.createFuture();
                    Runnable schedulePut =
                            () ->
                                    loop.callAt(
                                            when,
                                            () -> {
                                                queue.putNowait(item);
                                                put.setResult(null);
                                            });
                    boolean[] scheduled = {false};
                    Runnable once =
                            () -> {
                                if (!scheduled[0]) {
                                    scheduled[0] = true;
                                    schedulePut.run();
                                }
                            };
                    if (putFirst) {
                        once.run();
                    }
                    try {
                        got.add(getting.get(queue, when, once));
                    } catch (TimeoutException e) {
                        once.run(); // for a task that was not even begun
                    }
                    put.await();
                    while (!queue.isEmpty()) {
                        left.add(queue.getNowait());
                    }
                }
                return null;
            });
        }
        if (virtual && putFirst) {
            // In the same iteration, and in that order: the item was there when the deadline
            // struck.
            assertThat(left).isEmpty();
        }
        var all = new ArrayList<>(got);
        all.addAll(left);
        List<Integer> everything = IntStream.range(0, ITEMS).boxed().toList();
        assertThat(all).containsExactlyInAnyOrderElementsOf(everything);
    }
}

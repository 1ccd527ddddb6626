package io.asyncio4j;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.gather;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What becomes of the others when one of several that are gathered ends badly. */
class GatherTest {

    private static final Duration LONG = Duration.ofHours(1);

    private final List<Object> events = new ArrayList<>();

    private static void steps(int count) {
        for (int i = 0; i < count; i++) {
            sleep(Duration.ZERO);
        }
    }

    private static Task<String> failing(String message) {
        return createTask(() -> {
            steps(1);
            throw new IllegalArgumentException(message);
        });
    }

    @Test
    @DisplayName("Cancelled, it ends when the last child has, though the first ended at once")
    void cancelled_waitsForTheLast() {
        run(() -> {
            Future<Void> cleanup = getRunningLoop().createFuture();
            Task<?> quick = createTask(() -> sleep(LONG));
            Task<?> slow =
                    createTask(() -> {
                        try {
                            sleep(LONG);
                        } finally {
                            await(cleanup);
                        }
                    });
            Task<?> waiting = createTask(() -> gather(quick, slow));
            steps(2);
            waiting.cancel();
            steps(4);
            assertThat(quick.isCancelled()).isTrue();
            assertThat(waiting.isDone()).isFalse();
            cleanup.setResult(null);
            assertThatThrownBy(waiting::await).isInstanceOf(CancellationException.class);
            assertThat(slow.isCancelled()).isTrue();
        });
    }

    @Test
    @DisplayName("A second failure is heard of by nobody, and is no error")
    void secondFailure_isNothing() {
        run(() -> {
            getRunningLoop().setExceptionHandler((loop, context) -> events.add(context.message()));
            failTwice();
            // The report of this one comes after those of the others, if there were any.
            createTask(() -> {
                throw new IllegalArgumentException("unheard");
            });
            while (events.isEmpty()) {
                System.gc();
                sleep(Duration.ofMillis(1));
            }
            assertThat(events).singleElement().asString().contains("Task-4");
        });
    }

    private static void failTwice() {
        Task<String> first = failing("first");
        Task<String> second = failing("second");
        assertThatThrownBy(() -> gather(first, second)).hasMessage("first");
        steps(2);
        assertThat(second.isDone()).isTrue();
    }

    @Test
    @DisplayName("A cancel that comes when it has failed already leaves the other children alone")
    void cancelledAfterFailure_othersGoOn() {
        run(() -> {
            Future<String> bad = getRunningLoop().createFuture();
            Task<String> other =
                    createTask(() -> {
                        steps(6);
                        return "went on";
                    });
            Task<?> waiting = createTask(() -> gather(bad, other));
            steps(2);
            // Called when the gather has failed, and its waiter has not heard yet.
            bad.addDoneCallback(done -> waiting.cancel());
            bad.setException(new IllegalArgumentException("bad"));
            assertThatThrownBy(waiting::await).isInstanceOf(CancellationException.class);
            assertThat(await(other)).isEqualTo("went on");
        });
    }
}

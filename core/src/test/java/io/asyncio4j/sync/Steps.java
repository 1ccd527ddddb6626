package io.asyncio4j.sync;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.Asyncio;
import io.asyncio4j.Future;
import io.asyncio4j.VoidCode;
import java.time.Duration;
import java.util.Collection;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Runs a test on a loop, and lets its tasks run for a counted number of iterations. */
final class Steps {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private Steps() {}

    /** Runs {@code body} as the main task of a loop, which fails if it waits for ever. */
    static <X extends Exception> void run(VoidCode<X> body) throws X {
        Asyncio.run(() -> {
            try {
                Asyncio.timeout(LIMIT, body);
            } catch (TimeoutException e) {
                throw new AssertionError(e);
            }
        });
    }

    /** Lets each task that can run do so {@code count} times. */
    static void steps(int count) {
        for (int i = 0; i < count; i++) {
            Asyncio.sleep(Duration.ZERO);
        }
    }

    /** Lets all tasks run until they wait for something; enough for a few dozen of them. */
    static void settle() {
        steps(60);
    }

    /** Fails unless all {@code futures} end soon: one that does not missed its wake-up. */
    static void finish(Collection<? extends Future<?>> futures) {
        BooleanSupplier allDone = () -> futures.stream().allMatch(Future::isDone);
        for (int i = 0; i < 50 && !allDone.getAsBoolean(); i++) {
            steps(10);
        }
        assertThat(futures).allMatch(Future::isDone);
        for (Future<?> future : futures) {
            if (!future.isCancelled()) {
                assertThat(future.exception()).isNull();
            }
        }
    }

    /** Awaits {@code future} and returns whether it ended by cancellation. */
    static boolean endsCancelled(Future<?> future) {
        try {
            future.await();
            return false;
        } catch (CancellationException e) {
            return true;
        }
    }
}

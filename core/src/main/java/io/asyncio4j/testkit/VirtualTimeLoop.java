package io.asyncio4j.testkit;

import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.selector.Selector;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A loop for tests, whose clock stands still while anything can run, and jumps to the next deadline
 * when nothing can: hours pass in no time, and in the same order each time.
 *
 * <pre>{@code
 * try (var runner = new Runner(VirtualTimeLoop::new)) {
 *     runner.run(() -> {
 *         sleep(Duration.ofHours(1));
 *         return null;
 *     });
 * }
 * }</pre>
 *
 * <p>When there is no deadline either, no task would ever continue: then running the loop ends with
 * {@link DeadlockError}.
 *
 * <p><b>What is outside.</b> While a task is blocked in the JDK or in {@code blocking}, a call runs
 * in an executor, or a stage given to {@link #wrapFuture} is not complete, the clock stands still,
 * and the loop waits for real. Of anything else that is going to use {@code callSoonThreadsafe} the
 * loop cannot know: {@linkplain #hold() hold the clock} meanwhile. Ready descriptors come before
 * deadlines; idle ones do not hold the clock, but a loop that has them waits when there is no
 * deadline, instead of failing.
 */
public final class VirtualTimeLoop extends SelectorEventLoop {

    /** Keeps the clock from jumping until it is closed, by any thread. */
    public final class Hold implements AutoCloseable {

        private final AtomicBoolean closed = new AtomicBoolean();

        private Hold() {}

        /** Lets the clock continue. Idempotent. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                holds.decrementAndGet();
                try {
                    callSoonThreadsafe(() -> {}); // to have it look again
                } catch (IllegalStateException loopClosed) {
                    // Nobody waits.
                }
            }
        }
    }

    private final AtomicInteger holds = new AtomicInteger();
    // Written by the loop, read by any thread.
    private volatile long now;

    /** Creates a loop whose clock shows 0. */
    public VirtualTimeLoop() {}

    /** Creates a loop over {@code selector}, which it owns and closes. */
    public VirtualTimeLoop(Selector selector) {
        super(selector);
    }

    /** Returns the virtual time in nanoseconds since the loop was made. */
    @Override
    public long time() {
        return now;
    }

    /** Keeps the clock from jumping, from any thread, until the hold is closed. */
    public Hold hold() {
        holds.incrementAndGet();
        return new Hold();
    }

    @Override
    public <T extends @Nullable Object> Future<T> wrapFuture(CompletionStage<T> stage) {
        Future<T> future = super.wrapFuture(stage);
        Hold hold = hold();
        future.addDoneCallback(done -> hold.close());
        return future;
    }

    @Override
    protected void poll(long timeoutNanos) throws IOException {
        super.poll(0);
        // In this order: what somebody scheduled before they closed their hold must be seen.
        boolean outsideBusy = holds.get() > 0 || isWorkOutside();
        if (timeoutNanos == 0 || !isIdle()) {
            return;
        }
        if (outsideBusy) {
            super.poll(-1);
        } else if (timeoutNanos > 0) {
            now += timeoutNanos;
        } else if (hasIo()) {
            super.poll(-1);
        } else {
            throw new DeadlockError(allTasks());
        }
    }
}

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
 * when nothing can: hours pass instantly, and always in the same order.
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
 * <p>When there is no deadline either, no task would ever continue, and the run of the loop ends
 * with {@link DeadlockError}.
 *
 * <p><b>Work outside of the loop.</b> While a task is blocked in the JDK or in {@code blocking}, a
 * call runs in an executor, or a stage given to {@link #wrapFuture} is not complete, the clock
 * stands still and the loop waits in real time. The loop cannot detect other code that will use
 * {@code callSoonThreadsafe}: {@linkplain #hold() hold the clock} until that code is done. Ready
 * descriptors are served before deadlines. Idle descriptors do not hold the clock, but a loop that
 * watches them waits, instead of failing, when there is no deadline.
 */
public final class VirtualTimeLoop extends SelectorEventLoop {

    /** Keeps the clock from jumping until it is closed. Safe from any thread. */
    public final class Hold implements AutoCloseable {

        private final AtomicBoolean closed = new AtomicBoolean();

        private Hold() {}

        /** Lets the clock continue. Idempotent. */
        @Override
        public void close() {
            if (closed.compareAndSet(false, true)) {
                holds.decrementAndGet();
                try {
                    callSoonThreadsafe(() -> {}); // makes the loop check again
                } catch (IllegalStateException loopClosed) {
                    // The loop no longer waits.
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

    /** Returns the virtual time in nanoseconds since the loop was created. */
    @Override
    public long time() {
        return now;
    }

    /** Keeps the clock from jumping until the returned hold is closed. Safe from any thread. */
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
        // In this order: work that was scheduled before a hold was closed must be seen.
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

package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.time.Duration;

/**
 * A future that a timer completes. It is its own timer callback, so that a sleeping task needs
 * little memory.
 */
final class Sleep extends Future<@Nullable Void> implements Runnable {

    private Sleep(EventLoop loop) {
        super(loop);
    }

    /** Suspends the current task, of {@code loop}, for {@code delay}. */
    static void suspend(EventLoop loop, Duration delay) {
        var sleep = new Sleep(loop);
        TimerHandle timer = loop.callLater(delay, sleep);
        try {
            sleep.await();
        } finally {
            timer.cancel();
        }
    }

    @Override
    public void run() {
        if (!isDone()) {
            setResult(null);
        }
    }
}

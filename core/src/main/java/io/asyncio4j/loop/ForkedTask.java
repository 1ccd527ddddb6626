package io.asyncio4j.loop;

import io.asyncio4j.annotation.Nullable;

/**
 * A task that begins when somebody starts its thread: one that {@link BaseEventLoop#threadFactory}
 * made. Made and started in any thread, it is one of the loop's tasks from its first turn on.
 */
final class ForkedTask extends CarrierTask<@Nullable Void> {

    ForkedTask(BaseEventLoop loop, Runnable body) {
        super(
                loop,
                () -> {
                    body.run();
                    return null;
                },
                "Fork",
                0,
                null);
    }

    @Override
    void begin() {
        super.begin();
        loop.tasks().add(this);
    }

    /** The JDK's structured concurrency cancels by interrupting; here, during an await. */
    @Override
    void interrupted() {
        cancel("interrupted");
    }
}

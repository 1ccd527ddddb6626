package io.asyncio4j.loop;

import io.asyncio4j.annotation.Nullable;

/**
 * A task that starts when its thread is started; created by {@link BaseEventLoop#threadFactory}. It
 * may be created and started in any thread, and is one of the loop's tasks from its first turn on.
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

    /**
     * Cancels the task: the JDK's structured concurrency cancels by interrupting. Called during an
     * await.
     */
    @Override
    void interrupted() {
        cancel("interrupted");
    }
}

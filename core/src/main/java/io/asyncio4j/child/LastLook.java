package io.asyncio4j.child;

import io.asyncio4j.EventLoop;
import io.asyncio4j.TimerHandle;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.reap.Reaper;
import io.asyncio4j.subprocess.ExitStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Looks now and then whether a child that was killed has ended, in case its watcher has lost it:
 * the task that closed the process waits for that end.
 *
 * <p>Belongs to the loop of the child.
 */
final class LastLook {
    private static final Duration WATCHERS_TIME = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final Child child;
    private final Consumer<ExitStatus> ended;
    private TimerHandle timer;

    /**
     * Begins.
     *
     * @param ended called when the child was reaped and its watcher had the time to report that
     */
    LastLook(EventLoop loop, Child child, Consumer<ExitStatus> ended) {
        this.loop = loop;
        this.child = child;
        this.ended = ended;
        timer = loop.callLater(WATCHERS_TIME, this::lookIfDead);
    }

    void cancel() {
        timer.cancel();
    }

    private void lookIfDead() {
        boolean dead;
        try {
            dead = WaitId.peek(child.pid()) != null;
        } catch (IOException reaped) {
            dead = true;
        }
        // Not at once: it may have died this moment, and its watcher be about to report that.
        timer = loop.callLater(WATCHERS_TIME, dead ? this::findOut : this::lookIfDead);
    }

    private void findOut() {
        ExitStatus status = Reaper.reapOrRecall(child);
        if (status == null) {
            lookIfDead();
        } else {
            ended.accept(status);
        }
    }
}

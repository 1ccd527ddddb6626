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
 * Polls whether a killed child has ended, in case its watcher has lost it: the task that closed the
 * process waits for its exit.
 *
 * <p>Must be used on the child's loop.
 */
final class LastLook {
    private static final Duration WATCHERS_TIME = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final Child child;
    private final Consumer<ExitStatus> ended;
    private TimerHandle timer;

    /**
     * Starts polling.
     *
     * @param ended called when the child has been reaped and its watcher has had time to report
     *     that
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
        // Not at once: if it has only just died, its watcher is about to report that.
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

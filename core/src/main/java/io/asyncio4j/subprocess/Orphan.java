package io.asyncio4j.subprocess;

import io.asyncio4j.EventLoop;
import io.asyncio4j.os.Child;
import java.io.IOException;
import java.time.Duration;

/** A child that was started and that no watcher will take. */
final class Orphan {
    private static final int SIGKILL = 9;

    private Orphan() {}

    /** Kills the child now and reaps it as soon as it is dead, looking from time to time. */
    static void killAndReap(EventLoop loop, Child child) {
        try {
            child.signal(SIGKILL);
        } catch (IOException e) {
            // It is dead already, and a zombie.
        }
        reap(loop, child, Duration.ofMillis(1));
    }

    private static void reap(EventLoop loop, Child child, Duration pause) {
        try {
            if (child.reap() == null) {
                Duration next = pause.multipliedBy(2);
                Duration longest = Duration.ofSeconds(1);
                loop.callLater(
                        pause,
                        () -> reap(loop, child, next.compareTo(longest) < 0 ? next : longest));
            }
        } catch (IOException e) {
            // Somebody else has reaped it.
        }
    }
}

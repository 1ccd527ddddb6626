package io.asyncio4j.child;

import io.asyncio4j.os.Child;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.reap.Reaper;
import java.io.IOException;

/** Ends a child that was started but that no watcher will report. */
final class Orphan {
    private static final int SIGKILL = 9;

    private Orphan() {}

    /** Kills the child, which remains to be reaped. */
    static void kill(Child child) {
        try {
            child.signal(SIGKILL);
        } catch (IOException e) {
            // It has ended already.
        }
    }

    /** Kills the child, waits until it has ended, and reaps it. For threads that may block. */
    static void killAndReap(Child child) {
        kill(child);
        try {
            WaitId.await(child.pid());
            Reaper.reap(child);
        } catch (IOException e) {
            // Other code has reaped it.
        }
    }
}

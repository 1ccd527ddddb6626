package io.asyncio4j.child;

import io.asyncio4j.os.Child;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.reap.Reaper;
import java.io.IOException;

/** A child that was started and that no watcher will take. */
final class Orphan {
    private static final int SIGKILL = 9;

    private Orphan() {}

    /** Kills the child, which remains to be reaped. */
    static void kill(Child child) {
        try {
            child.signal(SIGKILL);
        } catch (IOException e) {
            // It is dead already.
        }
    }

    /** Kills the child, waits until it is dead, and reaps it. For threads that may wait. */
    static void killAndReap(Child child) {
        kill(child);
        try {
            WaitId.await(child.pid());
            Reaper.reap(child);
        } catch (IOException e) {
            // Somebody else has reaped it.
        }
    }
}

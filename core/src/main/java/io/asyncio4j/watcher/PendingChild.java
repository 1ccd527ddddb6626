package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Child;
import io.asyncio4j.subprocess.ExitStatus;

/**
 * A child whose exit has not been reported yet. What may change is guarded by the {@link Registry}
 * it is in.
 *
 * <pre>
 *   pending --check()--> reaped --deliver()--> reported
 *      |                    |
 *      +----- removed ------+----- removed: handler is null
 * </pre>
 */
final class PendingChild {
    final Child child;

    /** Whether any loop that its watcher is attached to may report its exit: none was named. */
    boolean onAnyLoop;

    /** Where the handler is to run; null while the watcher has no loop. */
    @Nullable EventLoop loop;

    /** Whether {@link #loop} was closed: what is left of the handler logs that, in any thread. */
    boolean orphaned;

    /** Null once the exit was reported, or the handler was removed. */
    @Nullable ChildHandler handler;

    /** Known from the moment the child is reaped. */
    @Nullable ExitStatus exit;

    /** What {@link PidfdChildWatcher} waits with, -1 if nothing. */
    int pidfd = -1;

    /** The loop that {@link #pidfd} was added to as a reader, or is about to be. */
    @Nullable EventLoop hooked;

    PendingChild(Child child, @Nullable EventLoop loop, ChildHandler handler) {
        this.child = child;
        this.onAnyLoop = loop == null;
        this.loop = loop;
        this.handler = handler;
    }

    long pid() {
        return child.pid();
    }
}

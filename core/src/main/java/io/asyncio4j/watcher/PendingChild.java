package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Child;
import io.asyncio4j.subprocess.ExitStatus;

/**
 * A child whose exit has not been reported yet. Its mutable state is guarded by the {@link
 * Registry} it is in.
 *
 * <pre>
 *   pending --check()--> reaped --deliver()--> reported
 *      |                    |
 *      +----- removed ------+----- removed: handler is null
 * </pre>
 */
final class PendingChild {
    final Child child;

    /**
     * Whether any loop that its watcher is attached to may report its exit, since none was named.
     */
    boolean onAnyLoop;

    /** Where the handler is to run; null while the watcher has no loop. */
    @Nullable EventLoop loop;

    /** Whether {@link #loop} was closed: then the handler only logs the exit, in any thread. */
    boolean orphaned;

    /** Null once the exit was reported, or the handler was removed. */
    @Nullable ChildHandler handler;

    /** Known from the moment the child is reaped. */
    @Nullable ExitStatus exit;

    /** The descriptor that {@link PidfdChildWatcher} waits with, or -1. */
    int pidfd = -1;

    /** The loop that {@link #pidfd} was added to as a reader, or is about to be. */
    @Nullable EventLoop hooked;

    /** Whether it was added. Used in turns of that loop only. */
    boolean isReader;

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

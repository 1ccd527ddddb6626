package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Child;

/**
 * A child that a watcher waits for. What may change is guarded by the {@link Registry} it is in.
 *
 * <pre>
 *   waiting --check()--> exited --deliver()--> told
 *      |                    |
 *      +---- called off ----+---- called off: handler is null
 * </pre>
 */
final class Watch {
    final Child child;

    /** Whether any loop that its watcher is attached to may tell of it: none was named. */
    boolean onAnyLoop;

    /** Where the handler is to run; null while the watcher has no loop. */
    @Nullable EventLoop loop;

    /** Whether {@link #loop} was closed: what is left of the handler logs that, in any thread. */
    boolean orphaned;

    /** Null once it was told or called off. */
    @Nullable ChildHandler handler;

    /** Known from the moment the child is reaped. */
    @Nullable ChildExit exit;

    /** What {@link PidfdChildWatcher} waits with, -1 if nothing. */
    int pidfd = -1;

    /** The loop that {@link #pidfd} was added to as a reader, or is about to be. */
    @Nullable EventLoop hooked;

    Watch(Child child, @Nullable EventLoop loop, ChildHandler handler) {
        this.child = child;
        this.onAnyLoop = loop == null;
        this.loop = loop;
        this.handler = handler;
    }

    long pid() {
        return child.pid();
    }
}

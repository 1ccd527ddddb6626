package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.Pidfd;
import io.asyncio4j.warning.RuntimeWarning;
import io.asyncio4j.warning.Warnings;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * Waits for each child with a descriptor that becomes readable when the child ends. Needs no thread
 * and no signal, and the cost of an exit does not depend on the number of children. The best choice
 * on Linux 5.3 or newer.
 *
 * <p>Handlers run on the loop that they were registered from; loops in several threads may share
 * one watcher. While a child is registered, signals are sent through its descriptor. If no
 * descriptor is available, or the loop cannot wait for one, a thread waits for the child as with
 * {@link ThreadedChildWatcher}; a lack of descriptors is reported by a {@link RuntimeWarning}.
 * Children whose loop is closed are reaped in the same way.
 */
public final class PidfdChildWatcher extends HookedChildWatcher {

    /**
     * Creates a watcher.
     *
     * @throws UnsupportedOperationException if pidfds do not work here, saying why
     */
    public PidfdChildWatcher() {
        Watchers.Kind.PIDFD.require(PidfdChildWatcher.class);
    }

    /** A descriptor, which the loop waits for as a reader once it was added. */
    private static final class Descriptor implements Hook {
        private final Child child;
        private final int pidfd;
        private boolean added;

        Descriptor(Child child, int pidfd) {
            this.child = child;
            this.pidfd = pidfd;
        }

        @Override
        public void release(EventLoop loop) {
            if (added) {
                // Before the number can be reused for another descriptor.
                loop.removeReader(pidfd);
            }
            child.closePidfd(pidfd);
        }

        @Override
        public void loopClosed() {
            child.closePidfd(pidfd);
        }
    }

    @Override
    void hook(PendingChild pending, EventLoop loop) {
        Descriptor hook;
        try {
            hook = new Descriptor(pending.child, Pidfd.open(pending.pid()));
        } catch (NoSuchProcessException e) {
            // Other code has just reaped it.
            registry.check(pending);
            return;
        } catch (IOException e) {
            waitInThread(pending);
            warn(e.getMessage());
            return;
        }
        pending.child.usePidfd(hook.pidfd);
        if (attach(pending, hook, loop)) {
            // Not now: a child that was just started and does little ends within microseconds, and
            // registering it with the selector would take as long as reaping it.
            loop.callSoon(() -> awaitReadable(pending, hook, loop));
        }
    }

    private void awaitReadable(PendingChild pending, Descriptor hook, EventLoop loop) {
        if (onEnded(pending, loop)) {
            return;
        }
        String obstacle = null;
        try {
            loop.addReader(hook.pidfd, () -> onEnded(pending, loop));
            hook.added = true;
            return;
        } catch (UncheckedIOException e) {
            obstacle = e.getMessage();
        } catch (UnsupportedOperationException e) {
            // A loop without descriptors, such as one on java.nio.
        }
        release(pending);
        waitInThread(pending);
        if (obstacle != null) {
            warn(obstacle);
        }
    }

    /** Comes last, because a warning may be thrown. */
    private static void warn(@Nullable String obstacle) {
        Warnings.warn(
                RuntimeWarning.class,
                "A thread waits for a child process that PidfdChildWatcher cannot: " + obstacle);
    }
}

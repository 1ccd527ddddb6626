package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Unreachable;
import io.asyncio4j.warning.ResourceWarning;
import io.asyncio4j.warning.Warnings;
import java.util.concurrent.ThreadFactory;

/**
 * Waits for each child in its own thread. Works on every Unix and with loops in any thread, and
 * leaves the children and signal handlers of other code alone. The default watcher.
 *
 * <p>The thread is a daemon named {@code asyncio-waitpid-N} with the smallest stack there is; it
 * reaps the child when it ends, even if its handler was removed or the loop is closed. After that
 * it stays for a moment, to wait for another child. Handlers run on the loop that they were
 * registered from. If the system provides no more threads, that loop polls for the exit a few times
 * a second until threads are available again: the exit is reported later, but not lost. A {@link
 * io.asyncio4j.warning.RuntimeWarning} reports this.
 *
 * <p>A watcher that becomes unreachable while children still run emits a {@link ResourceWarning};
 * their exits are reported nevertheless. Safe for use by many threads.
 */
public final class ThreadedChildWatcher extends AlwaysActiveWatcher {

    private final ReaperThreads threads;

    /** Creates a watcher. */
    public ThreadedChildWatcher() {
        this(ReaperThreads::newThread);
    }

    @SuppressWarnings("this-escape") // the cleaner reads it when nothing else refers to it
    ThreadedChildWatcher(ThreadFactory threads) {
        Registry children = registry;
        this.threads = new ReaperThreads(children, threads);
        Unreachable.then(this, Warnings.recordedHere(() -> warnOfLeftovers(children)));
    }

    private static void warnOfLeftovers(Registry children) {
        int left = children.pending().size();
        if (left > 0) {
            Warnings.warn(
                    ResourceWarning.class,
                    ThreadedChildWatcher.class.getSimpleName()
                            + " has registered but not finished child processes: "
                            + left);
        }
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalStateException if no event loop runs in this thread
     * @throws UnsupportedOperationException if native calls are not permitted; the message names
     *     the remedy
     */
    @Override
    public void addChildHandler(long pid, ChildHandler handler) {
        Watchers.Kind.THREADED.require(ThreadedChildWatcher.class);
        adopt(pid, Loops.running(this), handler);
    }

    @Override
    public void adopt(long pid, @Nullable EventLoop loop, ChildHandler handler) {
        PendingChild pending = registry.add(pid, loop, handler);
        if (pending != null) {
            threads.start(pending);
        }
    }

    /**
     * Removes the handler of child {@code pid}; the child is reaped nevertheless.
     *
     * @return true
     */
    @Override
    public boolean removeChildHandler(long pid) {
        registry.silence(pid);
        return true;
    }

    @Override
    public void handOver(@Nullable ChildWatcher successor, @Nullable EventLoop fallback) {
        Handover.move(registry.drain(), successor, fallback);
    }
}

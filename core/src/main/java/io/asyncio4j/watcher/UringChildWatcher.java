package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.proactor.Provided;
import io.asyncio4j.proactor.UringProactor;
import io.asyncio4j.proactor.WaitChild;

/**
 * Waits for each child by an operation of io_uring, which completes when the child has ended: Linux
 * 6.7. Needs no thread, no signal, and no descriptor for a child.
 *
 * <p>Handlers run on the loop that they were registered from, a {@link
 * io.asyncio4j.loop.ProactorEventLoop} over io_uring; with others, use {@link PidfdChildWatcher}.
 * Children whose loop is closed are reaped by threads.
 */
public final class UringChildWatcher extends HookedChildWatcher {
    /**
     * Creates a watcher.
     *
     * @throws UnsupportedOperationException if io_uring, or its operation to wait for children,
     *     does not work here, saying why
     */
    public UringChildWatcher() {
        Watchers.Kind.URING.require(UringChildWatcher.class);
    }

    /**
     * {@inheritDoc}
     *
     * @throws UnsupportedOperationException if the running loop has no ring
     */
    @Override
    public void addChildHandler(long pid, ChildHandler handler) {
        Registry.checkArguments(pid, handler);
        EventLoop loop = Loops.running(this);
        if (UringProactor.of(loop) == null) {
            throw new UnsupportedOperationException(
                    "UringChildWatcher waits on loops over io_uring, and this is "
                            + loop
                            + "; run a ProactorEventLoop, or use PidfdChildWatcher");
        }
        super.addChildHandler(pid, handler);
    }

    /** Waits for the end of one child, and leaves it to be reaped. */
    private final class Wait extends WaitChild implements Hook {
        private final UringProactor proactor;
        private final PendingChild pending;
        private final EventLoop loop;
        private boolean released;

        Wait(UringProactor proactor, PendingChild pending, EventLoop loop) {
            super(pending.pid());
            this.proactor = proactor;
            this.pending = pending;
            this.loop = loop;
        }

        @Override
        protected void completed(int result, @Nullable Provided data, boolean more) {
            if (!released) {
                loop.callSoon(this::proceed);
            }
        }

        private void proceed() {
            // Not ended: the wait was cancelled with the thread that submitted it.
            if (!released && !onEnded(pending, loop) && !isInFlight()) {
                proactor.submit(this);
            }
        }

        @Override
        public void release(EventLoop in) {
            released = true;
            proactor.cancel(this);
        }

        @Override
        public void loopClosed() {}
    }

    @Override
    void hook(PendingChild pending, EventLoop loop) {
        UringProactor proactor = UringProactor.of(loop);
        if (proactor == null) {
            waitInThread(pending);
            return;
        }
        var wait = new Wait(proactor, pending, loop);
        if (attach(pending, wait, loop)) {
            proactor.submit(wait);
        }
    }
}

package io.asyncio4j.selector;

import io.asyncio4j.os.Epoll;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.WakeupFd;
import io.asyncio4j.os.WakeupState;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A selector over {@code epoll(7)}, for Linux. The cost of a select grows with what is ready, not
 * with what is registered; a select allocates nothing.
 *
 * <p>epoll watches open files, not descriptor numbers. If a descriptor is closed while a duplicate
 * of it stays open, for example in a child, epoll continues to report the number; when the number
 * is reused, such a report would be taken for one of the new file. So each event carries the
 * generation of its key, and stale events are dropped. They can no longer be stopped, which is why
 * a key must be cancelled before its descriptor is closed.
 */
public final class EpollSelector extends FdSelector {
    private static final int EVENTS = 256;
    private static final long WAKEUP = -1L;

    private final Epoll epoll;
    private final WakeupFd bell;
    private final WakeupState wakeups = new WakeupState();
    private int generation;

    /**
     * Opens the selector.
     *
     * @throws UnsupportedOperationException if epoll is not available; the message says why
     * @throws UncheckedIOException if the process has no descriptor left
     */
    public EpollSelector() {
        NativeAccess.require("an epoll selector");
        String reason = Epoll.unavailableReason();
        if (reason != null) {
            throw new UnsupportedOperationException(reason);
        }
        try {
            epoll = new Epoll(EVENTS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            bell = new WakeupFd();
        } catch (IOException e) {
            epoll.close();
            throw new UncheckedIOException(e);
        }
        try {
            epoll.add(bell.fd(), Epoll.IN, WAKEUP);
        } catch (IOException e) {
            close();
            throw new UncheckedIOException(e);
        }
    }

    /** Returns the descriptor that is readable while something is ready. */
    int fd() {
        return epoll.fd();
    }

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    FdKey newKey(int fd, Listener listener) {
        return new EpollKey(fd, listener);
    }

    @Override
    public int select(long timeoutNanos) throws IOException {
        ensureOpen();
        long timeout = timeoutNanos != 0 && !wakeups.beforeSleep() ? 0 : timeoutNanos;
        int count;
        try {
            count = epoll.await(timeout);
            for (int i = 0; i < count; i++) {
                if (epoll.data(i) == WAKEUP) {
                    bell.drain();
                    break;
                }
            }
        } finally {
            wakeups.afterSleep();
        }
        int reported = 0;
        for (int i = 0; i < count; i++) {
            long data = epoll.data(i);
            if (data != WAKEUP) {
                if (find((int) data) instanceof EpollKey key
                        && key.generation == (int) (data >>> 32)) {
                    int ready = ops(epoll.mask(i)) & key.ops;
                    if (ready != 0) {
                        reported++;
                        key.listener.ready(ready);
                    }
                }
            }
        }
        return reported;
    }

    @Override
    public void wakeup() {
        if (wakeups.notifySleeper()) {
            bell.signal();
        }
    }

    @Override
    void release() {
        epoll.close();
        bell.close();
    }

    private final class EpollKey extends FdKey {
        private int generation;

        EpollKey(int fd, Listener listener) {
            super(fd, listener);
        }

        @Override
        void enter(int newOps) throws IOException {
            generation = ++EpollSelector.this.generation;
            epoll.add(fd, mask(newOps), data());
        }

        @Override
        void change(int newOps) throws IOException {
            if (mask(newOps) != mask(ops)) {
                epoll.modify(fd, mask(newOps), data());
            }
        }

        @Override
        void leave() {
            // If it stayed there without an interest, a hang-up would end every wait immediately.
            epoll.remove(fd);
        }

        private long data() {
            // The generation is in the upper half and wraps after 2^32 registrations. The bell uses
            // generation -1 with descriptor -1, which no descriptor can have.
            return (long) generation << 32 | fd;
        }
    }
}

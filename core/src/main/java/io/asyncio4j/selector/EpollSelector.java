package io.asyncio4j.selector;

import io.asyncio4j.annotation.Nullable;
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
public final class EpollSelector implements Selector {
    private static final int EVENTS = 256;
    private static final long WAKEUP = -1L;

    private final Epoll epoll;
    private final WakeupFd bell;
    private final WakeupState wakeups = new WakeupState();

    // Confined to the selecting thread.
    private final FdKeys<EpollKey> keys = new FdKeys<>();
    private int generation;
    private boolean closed;

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
    public Key register(int fd, int ops, Listener listener) throws IOException {
        Ops.check(ops);
        ensureOpen();
        keys.requireFree(fd);
        var key = new EpollKey(fd, listener);
        key.interest(ops);
        return key;
    }

    @Override
    public @Nullable Key find(int fd) {
        return keys.get(fd);
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
                EpollKey key = keys.get((int) data);
                if (key != null && key.generation == (int) (data >>> 32)) {
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
    public void close() {
        if (!closed) {
            closed = true;
            keys.clear();
            epoll.close();
            bell.close();
        }
    }

    private void ensureOpen() {
        if (closed) {
            throw Ops.closed(name());
        }
    }

    private static int mask(int ops) {
        // epoll reports errors and hang-ups for every entry, whatever its interest.
        return ((ops & READ) != 0 ? Epoll.IN : 0) | ((ops & WRITE) != 0 ? Epoll.OUT : 0);
    }

    private static int ops(int mask) {
        if ((mask & (Epoll.ERR | Epoll.HUP)) != 0) {
            return READ | WRITE | HANGUP;
        }
        return ((mask & Epoll.IN) != 0 ? READ : 0) | ((mask & Epoll.OUT) != 0 ? WRITE : 0);
    }

    /** Registered in the table and in the kernel while it has an interest, in neither otherwise. */
    private final class EpollKey implements Key {
        final int fd;
        final Listener listener;
        int generation;
        int ops;
        private boolean cancelled;

        EpollKey(int fd, Listener listener) {
            this.fd = fd;
            this.listener = listener;
        }

        @Override
        public int interest() {
            return ops;
        }

        @Override
        public void interest(int newOps) throws IOException {
            Ops.checkOrNone(newOps);
            if (cancelled) {
                throw Ops.cancelled("descriptor " + fd);
            }
            if (newOps == ops || closed) {
                return;
            }
            if (newOps == 0) {
                leave();
            } else if (ops == 0) {
                keys.requireFree(fd);
                generation = ++EpollSelector.this.generation;
                epoll.add(fd, mask(newOps), data());
                keys.put(fd, this);
            } else if (mask(newOps) != mask(ops)) {
                epoll.modify(fd, mask(newOps), data());
            }
            ops = newOps;
        }

        private void leave() {
            // If it stayed there without an interest, a hang-up would end every wait immediately.
            keys.remove(fd);
            epoll.remove(fd);
        }

        private long data() {
            // The generation is in the upper half and wraps after 2^32 registrations. The bell uses
            // generation -1 with descriptor -1, which no descriptor can have.
            return (long) generation << 32 | fd;
        }

        @Override
        public Listener listener() {
            return listener;
        }

        @Override
        public void cancel() {
            if (!cancelled && ops != 0 && !closed) {
                leave();
            }
            cancelled = true;
            ops = 0;
        }
    }
}

package io.asyncio4j.selector;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Poll;
import java.io.IOException;

/**
 * A selector that watches descriptors: their keys, and what they mean in the words of {@code
 * poll(2)}, which epoll and io_uring share.
 */
abstract sealed class FdSelector implements Selector
        permits EpollSelector, PollSelector, UringSelector {

    // Confined to the selecting thread.
    private final FdKeys keys = new FdKeys();
    private boolean closed;

    /** Creates a key without an interest. */
    abstract FdKey newKey(int fd, Listener listener) throws IOException;

    /** Releases what the system has given; called once. */
    abstract void release();

    @Override
    public final Key register(int fd, int ops, Listener listener) throws IOException {
        Ops.check(ops);
        ensureOpen();
        keys.requireFree(fd);
        FdKey key = newKey(fd, listener);
        key.interest(ops);
        return key;
    }

    /** Returns the key of a descriptor that is being watched, or null. */
    @Override
    public final @Nullable Key find(int fd) {
        return keys.get(fd);
    }

    @Override
    public final void close() {
        if (!closed) {
            closed = true;
            keys.clear();
            release();
        }
    }

    final boolean isClosed() {
        return closed;
    }

    final void ensureOpen() {
        if (closed) {
            throw Ops.closed(name());
        }
    }

    static int mask(int ops) {
        // Errors and hang-ups are reported for every descriptor, whatever the interest.
        return ((ops & READ) != 0 ? Poll.IN : 0) | ((ops & WRITE) != 0 ? Poll.OUT : 0);
    }

    static int ops(int mask) {
        if ((mask & (Poll.ERR | Poll.HUP | Poll.NVAL)) != 0) {
            return READ | WRITE | HANGUP;
        }
        return ((mask & Poll.IN) != 0 ? READ : 0) | ((mask & Poll.OUT) != 0 ? WRITE : 0);
    }

    /** Known to the selector and to the system while it has an interest, to neither otherwise. */
    abstract class FdKey implements Key {
        final int fd;
        final Listener listener;
        int ops;
        private boolean cancelled;

        FdKey(int fd, Listener listener) {
            this.fd = fd;
            this.listener = listener;
        }

        /** Makes it known to the system. */
        abstract void enter(int newOps) throws IOException;

        /** Changes the interest from {@link #ops}; neither is empty. */
        abstract void change(int newOps) throws IOException;

        /** Makes the system forget it. */
        abstract void leave();

        @Override
        public final int interest() {
            return ops;
        }

        @Override
        public final void interest(int newOps) throws IOException {
            Ops.checkOrNone(newOps);
            if (cancelled) {
                throw Ops.cancelled("descriptor " + fd);
            }
            if (newOps == ops || closed) {
                return;
            }
            if (newOps == 0) {
                forget();
            } else if (ops == 0) {
                keys.requireFree(fd);
                enter(newOps);
                keys.put(fd, this);
            } else {
                change(newOps);
            }
            ops = newOps;
        }

        private void forget() {
            keys.remove(fd);
            leave();
        }

        @Override
        public final Listener listener() {
            return listener;
        }

        @Override
        public final void cancel() {
            if (!cancelled && ops != 0 && !closed) {
                forget();
            }
            cancelled = true;
            ops = 0;
        }
    }
}

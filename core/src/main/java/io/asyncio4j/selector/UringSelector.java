package io.asyncio4j.selector;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Errno;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.proactor.Poll;
import io.asyncio4j.proactor.Proactor;
import io.asyncio4j.proactor.Provided;
import java.io.IOException;
import java.io.UncheckedIOException;

/**
 * A selector over the poll operations of {@code io_uring(7)}, which share the ring of a loop with
 * what else that does. An operation reports once and is submitted again by the next select, so that
 * readiness is level-triggered, at no system call of its own.
 *
 * <p>Every poll of io_uring also reports that the other end of a connection has ended its output.
 * To wait until such a connection can be written, which would then spin, it is left to an epoll
 * instance, whose descriptor is polled.
 */
public final class UringSelector implements Selector {
    private final Proactor proactor;
    private final FdKeys<UringKey> keys = new FdKeys<>();
    private @Nullable Halves halves;
    private int reported;
    private boolean closed;

    /** Creates a selector that polls with {@code proactor}, and closes it; for a loop. */
    @SuppressWarnings("exports")
    public UringSelector(Proactor proactor) {
        this.proactor = proactor;
    }

    @Override
    public String name() {
        return "io_uring";
    }

    @Override
    public Key register(int fd, int ops, Listener listener) throws IOException {
        Ops.check(ops);
        ensureOpen();
        if (!FdTable.isOpen(fd)) {
            throw Errno.exception("io_uring poll", fd, Errno.EBADF);
        }
        keys.requireFree(fd);
        var key = new UringKey(fd, listener);
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
        reported = 0;
        proactor.poll(timeoutNanos);
        return reported;
    }

    @Override
    public void wakeup() {
        proactor.wakeup();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            keys.clear();
            proactor.close();
            if (halves != null) {
                halves.selector.close();
            }
        }
    }

    private void ensureOpen() {
        if (closed) {
            throw Ops.closed(name());
        }
    }

    private static int mask(int ops) {
        return ((ops & READ) != 0 ? Poll.IN : 0) | ((ops & WRITE) != 0 ? Poll.OUT : 0);
    }

    private static int ops(int mask) {
        if ((mask & (Poll.ERROR | Poll.HANGUP)) != 0) {
            return READ | WRITE | HANGUP;
        }
        return ((mask & Poll.IN) != 0 ? READ : 0) | ((mask & Poll.OUT) != 0 ? WRITE : 0);
    }

    /** Connections whose other end sends nothing more. */
    private final class Halves extends Poll {
        final EpollSelector selector;

        Halves(EpollSelector selector) {
            super(selector.fd());
            this.selector = selector;
        }

        @Override
        protected int mask() {
            return IN;
        }

        @Override
        protected void completed(int result, @Nullable Provided data, boolean more) {
            if (closed) {
                return;
            }
            try {
                reported += selector.select(0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            proactor.submit(this);
        }
    }

    private EpollSelector halves() {
        Halves present = halves;
        if (present == null) {
            present = new Halves(new EpollSelector());
            halves = present;
            proactor.submit(present);
        }
        return present.selector;
    }

    /** In the table while it has an interest. */
    private final class UringKey implements Key {
        final int fd;
        final Listener listener;
        private Turn poll;
        private Turn spare;
        private @Nullable Key half;
        private int ops;
        private boolean cancelled;

        UringKey(int fd, Listener listener) {
            this.fd = fd;
            this.listener = listener;
            this.poll = new Turn();
            this.spare = new Turn();
        }

        /** One poll; while a cancelled one has yet to complete, another takes its turn. */
        private final class Turn extends Poll {
            private int mask;

            Turn() {
                super(fd);
            }

            @Override
            protected int mask() {
                return mask;
            }

            @Override
            protected void completed(int result, @Nullable Provided data, boolean more) {
                if (poll != this || ops == 0 || closed) {
                    return;
                }
                // A failure, as that of a descriptor that other code has closed, is found by
                // reading or writing it.
                int ready = (result < 0 ? READ | WRITE | HANGUP : ops(result)) & ops;
                if (ready == 0) {
                    // The other end's output has ended, which would be reported for ever.
                    if (ops != HANGUP) {
                        waitByEpoll();
                    }
                    return;
                }
                arm();
                reported++;
                listener.ready(ready);
            }
        }

        private void waitByEpoll() {
            try {
                half = halves().register(fd, ops, listener);
            } catch (IOException e) {
                // Other code has closed it: the next write will fail.
                reported++;
                listener.ready(ops);
            }
        }

        private void arm() {
            if (!proactor.revive(poll)) {
                if (poll.isInFlight()) {
                    proactor.cancel(poll);
                    Turn next = spare.isInFlight() ? new Turn() : spare;
                    spare = poll;
                    poll = next;
                }
                proactor.submit(poll);
            }
            poll.mask = mask(ops);
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
                return;
            }
            if (ops == 0) {
                keys.requireFree(fd);
                keys.put(fd, this);
            }
            boolean armed = ops != 0 && poll.isInFlight();
            ops = newOps;
            if (half != null) {
                half.interest(newOps);
                return;
            }
            if (!armed || (mask(newOps) & ~poll.mask) != 0) {
                arm();
            }
        }

        private void leave() {
            ops = 0;
            keys.remove(fd);
            if (half != null) {
                half.cancel();
                half = null;
            }
            // It would hold the file open.
            proactor.cancel(poll);
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

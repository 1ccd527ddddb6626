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
public final class UringSelector extends FdSelector {
    private final Proactor proactor;
    private @Nullable Halves halves;
    private int reported;

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
    FdKey newKey(int fd, Listener listener) throws IOException {
        if (!FdTable.isOpen(fd)) {
            throw Errno.exception("io_uring poll", fd, Errno.EBADF);
        }
        return new UringKey(fd, listener);
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
    void release() {
        proactor.close();
        if (halves != null) {
            halves.selector.close();
        }
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
            if (isClosed()) {
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

    private final class UringKey extends FdKey {
        private Turn poll;
        private Turn spare;
        private @Nullable Key half;

        UringKey(int fd, Listener listener) {
            super(fd, listener);
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
                if (poll != this || ops == 0 || isClosed()) {
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
                arm(ops);
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

        private void arm(int wanted) {
            if (!proactor.revive(poll)) {
                if (poll.isInFlight()) {
                    proactor.cancel(poll);
                    Turn next = spare.isInFlight() ? new Turn() : spare;
                    spare = poll;
                    poll = next;
                }
                proactor.submit(poll);
            }
            poll.mask = mask(wanted);
        }

        @Override
        void enter(int newOps) {
            arm(newOps);
        }

        @Override
        void change(int newOps) throws IOException {
            if (half != null) {
                half.interest(newOps);
            } else if (!poll.isInFlight() || (mask(newOps) & ~poll.mask) != 0) {
                arm(newOps);
            }
        }

        @Override
        void leave() {
            if (half != null) {
                half.cancel();
                half = null;
            }
            // It would hold the file open.
            proactor.cancel(poll);
        }
    }
}

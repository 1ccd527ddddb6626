package io.asyncio4j.selector;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Epoll;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.WakeupFd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Readiness by {@code epoll(7)}: Linux. A select costs what is ready, not what is registered, and
 * allocates nothing.
 *
 * <p>epoll watches open files, not numbers. A number that is closed while a duplicate of it lives
 * on, in a child for instance, goes on being reported, and when the number is used again the report
 * would be taken for the newcomer's. So the event carries the generation of the registration, and a
 * stale one is dropped. It cannot be silenced any more, which is why unregistering comes first.
 */
public final class EpollSelector implements Selector {
    private static final int EVENTS = 256;
    private static final long WAKEUP = -1L;

    private final Epoll epoll;
    private final WakeupFd bell;
    private final WakeupState wakeups = new WakeupState();

    // Confined to the selecting thread.
    private @Nullable Registration[] byFd = new @Nullable Registration[64];
    private int generation;
    private boolean closed;

    /**
     * Opens the selector.
     *
     * @throws UnsupportedOperationException where there is no epoll, saying why
     * @throws UncheckedIOException if there is no descriptor left
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

    @Override
    public String name() {
        return "epoll";
    }

    @Override
    public void register(int fd, int ops, Object attachment) throws IOException {
        Ops.check(ops);
        ensureOpen();
        if (fd >= 0 && find(fd) != null) {
            throw Ops.registeredAlready(fd);
        }
        Registration registration = new Registration(attachment, ops, ++generation);
        epoll.add(fd, mask(ops), data(fd, registration));
        if (fd >= byFd.length) {
            byFd = Arrays.copyOf(byFd, Math.max(fd + 1, byFd.length * 2));
        }
        byFd[fd] = registration;
    }

    @Override
    public void modify(int fd, int ops) throws IOException {
        Ops.check(ops);
        ensureOpen();
        Registration registration = find(fd);
        if (registration == null) {
            throw Ops.notRegistered(fd);
        }
        if (registration.ops != ops) {
            epoll.modify(fd, mask(ops), data(fd, registration));
            registration.ops = ops;
        }
    }

    @Override
    public void unregister(int fd) {
        if (!closed && find(fd) != null) {
            byFd[fd] = null;
            epoll.remove(fd);
        }
    }

    @Override
    public int select(long timeoutNanos, ReadyConsumer sink) throws IOException {
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
        int told = 0;
        for (int i = 0; i < count; i++) {
            long data = epoll.data(i);
            if (data != WAKEUP) {
                Registration registration = find((int) data);
                if (registration != null && registration.generation == (int) (data >>> 32)) {
                    int ready = ops(epoll.mask(i)) & registration.ops;
                    if (ready != 0) {
                        told++;
                        sink.ready(registration.attachment, ready);
                    }
                }
            }
        }
        return told;
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
            Arrays.fill(byFd, null);
            epoll.close();
            bell.close();
        }
    }

    private @Nullable Registration find(int fd) {
        return fd >= 0 && fd < byFd.length ? byFd[fd] : null;
    }

    private void ensureOpen() {
        if (closed) {
            throw Ops.closed(name());
        }
    }

    private static long data(int fd, Registration registration) {
        // The generation in the upper half; it wraps after 2^32 registrations, and -1 with the
        // descriptor -1 is the bell's, which no descriptor can be.
        return (long) registration.generation << 32 | fd;
    }

    private static int mask(int ops) {
        return ((ops & READ) != 0 ? Epoll.IN : 0) | ((ops & WRITE) != 0 ? Epoll.OUT : 0);
    }

    private static int ops(int mask) {
        if ((mask & (Epoll.ERR | Epoll.HUP)) != 0) {
            return READ | WRITE;
        }
        return ((mask & Epoll.IN) != 0 ? READ : 0) | ((mask & Epoll.OUT) != 0 ? WRITE : 0);
    }

    private static final class Registration {
        final Object attachment;
        final int generation;
        int ops;

        Registration(Object attachment, int ops, int generation) {
            this.attachment = attachment;
            this.ops = ops;
            this.generation = generation;
        }
    }
}

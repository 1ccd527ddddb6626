package io.asyncio4j.selector;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Errno;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.Poll;
import io.asyncio4j.os.WakeupFd;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Readiness by {@code poll(2)}: any Unix with native access. A select costs what is registered;
 * nothing is allocated while the registrations stay the same.
 */
public final class PollSelector implements Selector {
    private final WakeupFd bell;
    private final WakeupState wakeups = new WakeupState();

    // Confined to the selecting thread. Slot 0 of the kernel's array is the bell. The array and
    // slots are what the last select saw: it is compacted when the next one begins, not when
    // something is unregistered, which may be in the middle of telling what is ready.
    private final Poll poll = new Poll();
    private @Nullable Registration[] slots = new @Nullable Registration[16];
    private int slotCount = 1;
    private @Nullable Registration[] byFd = new @Nullable Registration[64];
    private boolean gaps;
    private boolean closed;

    /**
     * Opens the selector.
     *
     * @throws UnsupportedOperationException without native access, saying what would help
     * @throws UncheckedIOException if there is no descriptor left
     */
    public PollSelector() {
        NativeAccess.require("a poll selector");
        try {
            bell = new WakeupFd();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        poll.set(0, bell.fd(), Poll.IN);
    }

    @Override
    public String name() {
        return "poll";
    }

    @Override
    public void register(int fd, int ops, Object attachment) throws IOException {
        Ops.check(ops);
        ensureOpen();
        if (!FdTable.isOpen(fd)) {
            // poll takes any number and then reports a closed one as ready, for ever.
            throw Errno.exception("poll", fd, Errno.EBADF);
        }
        if (find(fd) != null) {
            throw Ops.registeredAlready(fd);
        }
        if (fd >= byFd.length) {
            byFd = Arrays.copyOf(byFd, Math.max(fd + 1, byFd.length * 2));
        }
        if (slotCount == slots.length) {
            slots = Arrays.copyOf(slots, slots.length * 2);
        }
        Registration registration = new Registration(fd, attachment, ops, slotCount++);
        slots[registration.slot] = registration;
        byFd[fd] = registration;
        poll.ensureCapacity(slotCount);
        poll.set(registration.slot, fd, mask(ops));
    }

    @Override
    public void modify(int fd, int ops) {
        Ops.check(ops);
        ensureOpen();
        Registration registration = find(fd);
        if (registration == null) {
            throw Ops.notRegistered(fd);
        }
        registration.ops = ops;
        poll.set(registration.slot, fd, mask(ops));
    }

    @Override
    public void unregister(int fd) {
        Registration registration = find(fd);
        if (registration != null) {
            byFd[fd] = null;
            slots[registration.slot] = null;
            gaps = true;
        }
    }

    @Override
    public int select(long timeoutNanos, ReadyConsumer sink) throws IOException {
        ensureOpen();
        if (gaps) {
            compact();
        }
        long timeout = timeoutNanos != 0 && !wakeups.beforeSleep() ? 0 : timeoutNanos;
        int count = slotCount;
        int left;
        try {
            left = poll.await(count, timeout);
            if (left > 0 && poll.ready(0) != 0) {
                bell.drain();
                left--;
            }
        } finally {
            wakeups.afterSleep();
        }
        int told = 0;
        // Slots that the sink adds lie behind count: their readiness is not known yet.
        for (int i = 1; i < count && left > 0; i++) {
            int mask = poll.ready(i);
            if (mask != 0) {
                left--;
                Registration registration = slots[i];
                int ready = registration == null ? 0 : ops(mask) & registration.ops;
                if (registration != null && ready != 0) {
                    told++;
                    sink.ready(registration.attachment, ready);
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
            Arrays.fill(slots, null);
            bell.close();
        }
    }

    private void compact() {
        int end = 1;
        for (int i = 1; i < slotCount; i++) {
            Registration registration = slots[i];
            if (registration != null) {
                registration.slot = end;
                slots[end] = registration;
                poll.set(end, registration.fd, mask(registration.ops));
                end++;
            }
        }
        Arrays.fill(slots, end, slotCount, null);
        slotCount = end;
        gaps = false;
    }

    private @Nullable Registration find(int fd) {
        return fd >= 0 && fd < byFd.length ? byFd[fd] : null;
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
        if ((mask & (Poll.ERR | Poll.HUP | Poll.NVAL)) != 0) {
            return READ | WRITE;
        }
        return ((mask & Poll.IN) != 0 ? READ : 0) | ((mask & Poll.OUT) != 0 ? WRITE : 0);
    }

    private static final class Registration {
        final int fd;
        final Object attachment;
        int ops;
        int slot;

        Registration(int fd, Object attachment, int ops, int slot) {
            this.fd = fd;
            this.attachment = attachment;
            this.ops = ops;
            this.slot = slot;
        }
    }
}

package io.asyncio4j.selector;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Errno;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.Poll;
import io.asyncio4j.os.WakeupFd;
import io.asyncio4j.os.WakeupState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * A selector over {@code poll(2)}, for any Unix with native access. The cost of a select grows with
 * what is registered; it allocates nothing while the registrations stay the same.
 */
public final class PollSelector implements Selector {
    private final WakeupFd bell;
    private final WakeupState wakeups = new WakeupState();

    // Confined to the selecting thread. Slot 0 of the kernel's array is the bell. The array and the
    // slots stay as in the last select. They are compacted when the next select begins, not when a
    // key is cancelled, because that may happen while listeners are being called.
    private final Poll poll = new Poll();
    private @Nullable PollKey[] slots = new @Nullable PollKey[16];
    private int slotCount = 1;
    private final FdKeys<PollKey> keys = new FdKeys<>();
    private boolean gaps;
    private boolean closed;

    /**
     * Opens the selector.
     *
     * @throws UnsupportedOperationException without native access; the message says how to enable
     *     it
     * @throws UncheckedIOException if the process has no descriptor left
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
    public Key register(int fd, int ops, Listener listener) throws IOException {
        Ops.check(ops);
        ensureOpen();
        if (!FdTable.isOpen(fd)) {
            // poll accepts any number, and would report a closed descriptor as ready for ever.
            throw Errno.exception("poll", fd, Errno.EBADF);
        }
        keys.requireFree(fd);
        var key = new PollKey(fd, listener);
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
        int reported = 0;
        // Slots that listeners add are beyond count: their readiness is not known yet.
        for (int i = 1; i < count && left > 0; i++) {
            int mask = poll.ready(i);
            if (mask != 0) {
                left--;
                PollKey key = slots[i];
                int ready = key == null ? 0 : ops(mask) & key.ops;
                if (key != null && ready != 0) {
                    reported++;
                    key.listener.ready(ready);
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
            Arrays.fill(slots, null);
            bell.close();
        }
    }

    private void compact() {
        int end = 1;
        for (int i = 1; i < slotCount; i++) {
            PollKey key = slots[i];
            if (key != null) {
                key.slot = end;
                slots[end] = key;
                poll.set(end, key.fd, mask(key.ops));
                end++;
            }
        }
        Arrays.fill(slots, end, slotCount, null);
        slotCount = end;
        gaps = false;
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
            return READ | WRITE | HANGUP;
        }
        return ((mask & Poll.IN) != 0 ? READ : 0) | ((mask & Poll.OUT) != 0 ? WRITE : 0);
    }

    /** In the table and in a slot while it has an interest, in neither otherwise. */
    private final class PollKey implements Key {
        final int fd;
        final Listener listener;
        int ops;
        int slot;
        private boolean cancelled;

        PollKey(int fd, Listener listener) {
            this.fd = fd;
            this.listener = listener;
        }

        @Override
        public int interest() {
            return ops;
        }

        @Override
        public void interest(int newOps) {
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
                keys.put(fd, this);
                takeSlot(newOps);
            } else {
                poll.set(slot, fd, mask(newOps));
            }
            ops = newOps;
        }

        private void takeSlot(int newOps) {
            // Reuses its own former slot if that is free: a key that is paused and resumed many
            // times between two selects must not make the array grow.
            if (slot == 0 || slot >= slotCount || slots[slot] != null) {
                if (slotCount == slots.length) {
                    slots = Arrays.copyOf(slots, slots.length * 2);
                }
                slot = slotCount++;
            }
            slots[slot] = this;
            poll.ensureCapacity(slotCount);
            poll.set(slot, fd, mask(newOps));
            poll.clear(slot);
        }

        private void leave() {
            keys.remove(fd);
            slots[slot] = null;
            gaps = true;
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

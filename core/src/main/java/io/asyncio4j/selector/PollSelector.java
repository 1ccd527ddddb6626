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
public final class PollSelector extends FdSelector {
    private final WakeupFd bell;
    private final WakeupState wakeups = new WakeupState();

    // Confined to the selecting thread. Slot 0 of the kernel's array is the bell. The array and the
    // slots stay as in the last select. They are compacted when the next select begins, not when a
    // key is cancelled, because that may happen while listeners are being called.
    private final Poll poll = new Poll();
    private @Nullable PollKey[] slots = new @Nullable PollKey[16];
    private int slotCount = 1;
    private boolean gaps;

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
    FdKey newKey(int fd, Listener listener) throws IOException {
        if (!FdTable.isOpen(fd)) {
            // poll accepts any number, and would report a closed descriptor as ready for ever.
            throw Errno.exception("poll", fd, Errno.EBADF);
        }
        return new PollKey(fd, listener);
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
    void release() {
        Arrays.fill(slots, null);
        bell.close();
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

    private final class PollKey extends FdKey {
        private int slot;

        PollKey(int fd, Listener listener) {
            super(fd, listener);
        }

        @Override
        void enter(int newOps) {
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

        @Override
        void change(int newOps) {
            poll.set(slot, fd, mask(newOps));
        }

        @Override
        void leave() {
            slots[slot] = null;
            gaps = true;
        }
    }
}

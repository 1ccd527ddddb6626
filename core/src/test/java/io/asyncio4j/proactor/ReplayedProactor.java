package io.asyncio4j.proactor;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Errno;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.os.NativeBuffer;
import io.asyncio4j.os.WakeupFd;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * A proactor whose operations complete late and in an order that a seed decides, a piece at a time,
 * perhaps in spite of a cancellation; over real descriptors. It fails the test if what it was given
 * for an operation is not left alone: a descriptor closed, memory changed, a piece recycled twice.
 */
@SuppressWarnings("exports") // for tests of this module
public final class ReplayedProactor implements Proactor {
    private static final int PIECES = 1;
    private static final int ECONNRESET = 104;

    /** What a pipe that can be written takes at once. */
    private static final int PIPE_BUF = 4096;

    private final Random random;
    private final WakeupFd bell;
    private final List<Operation> operations = new ArrayList<>();
    private final io.asyncio4j.os.Poll waits = new io.asyncio4j.os.Poll();
    private int lent;
    private boolean closed;

    public ReplayedProactor(long seed) throws IOException {
        random = new Random(seed);
        bell = new WakeupFd();
    }

    private final class Piece implements Provided {
        private final byte[] memory;
        private final ByteBuffer bytes;
        private boolean recycled;

        Piece(byte[] data) {
            memory = data;
            bytes = ByteBuffer.wrap(data);
            lent++;
        }

        @Override
        public ByteBuffer bytes() {
            assertThat(recycled).as("read after it was recycled").isFalse();
            return bytes.clear();
        }

        @Override
        public void recycle() {
            assertThat(recycled).as("recycled twice").isFalse();
            recycled = true;
            Arrays.fill(memory, (byte) -1);
            lent--;
        }
    }

    @Override
    public void submit(Operation operation) {
        assertThat(closed).isFalse();
        assertThat(operation.isInFlight()).as("in flight already").isFalse();
        operation.slot = 0;
        operation.cancelled = false;
        operation.begun = false;
        operations.add(operation);
    }

    @Override
    public void cancel(Operation operation) {
        operation.cancelled = operation.isInFlight();
    }

    @Override
    public boolean revive(Operation operation) {
        boolean early = operation.isInFlight() && !operation.begun;
        if (early) {
            operation.cancelled = false;
        }
        return early;
    }

    @Override
    public int inFlight() {
        return operations.size();
    }

    /** How many pieces of memory have not been given back. */
    public int lent() {
        return lent;
    }

    @Override
    public void poll(long timeoutNanos) throws IOException {
        long deadline = System.nanoTime() + timeoutNanos;
        while (!complete() && timeoutNanos != 0) {
            long left = timeoutNanos < 0 ? -1 : Math.max(0, deadline - System.nanoTime());
            if (left == 0 || await(left)) {
                return;
            }
        }
    }

    /** Waits for the bell, or until something may complete; returns whether the bell has rung. */
    private boolean await(long nanos) throws IOException {
        waits.ensureCapacity(operations.size() + 1);
        waits.set(0, bell.fd(), Poll.IN);
        int count = 1;
        boolean cancelled = false;
        for (Operation each : operations) {
            cancelled |= each.cancelled;
            switch (each) {
                case Read read -> waits.set(count++, read.port.fd(), Poll.IN);
                case Write write -> waits.set(count++, write.port.fd(), Poll.OUT);
                case Poll poll -> waits.set(count++, poll.fd, poll.mask());
                case WaitChild _ -> throw new UnsupportedOperationException("WaitChild");
            }
        }
        waits.clear(0);
        waits.await(count, cancelled || random.nextInt(4) == 0 ? 0 : nanos);
        boolean rung = waits.ready(0) != 0;
        if (rung) {
            bell.drain();
        }
        return rung;
    }

    private boolean complete() throws IOException {
        var order = new ArrayList<>(operations);
        Collections.shuffle(order, random);
        boolean completed = false;
        for (Operation each : order) {
            if (each.isInFlight() && random.nextInt(3) > 0) {
                each.begun = true;
                completed |= attempt(each);
            }
        }
        return completed;
    }

    /** Completes it if it can be, or if it was cancelled. */
    private boolean attempt(Operation operation) throws IOException {
        boolean tried = !operation.cancelled || random.nextBoolean();
        if (tried
                && switch (operation) {
                    case Read read -> read(read);
                    case Write write -> write(write);
                    case Poll poll -> poll(poll);
                    case WaitChild _ -> throw new UnsupportedOperationException("WaitChild");
                }) {
            return true;
        }
        if (operation.cancelled) {
            finish(operation, CANCELLED, null, false);
            return true;
        }
        return false;
    }

    private void finish(Operation operation, int result, @Nullable Provided data, boolean more) {
        if (!more) {
            operation.slot = -1;
            operations.remove(operation);
        }
        operation.completed(result, data, more);
    }

    private int ready(int fd, int mask) throws IOException {
        assertThat(FdTable.isOpen(fd)).as("closed with an operation in flight").isTrue();
        var poll = new io.asyncio4j.os.Poll();
        poll.set(0, fd, mask);
        return poll.await(1, 0) > 0 ? poll.ready(0) : 0;
    }

    private boolean read(Read read) throws IOException {
        int fd = read.port.fd();
        if (ready(fd, Poll.IN) == 0) {
            return false;
        }
        if (lent == PIECES) {
            finish(read, NOTHING_LEFT, null, false);
            return true;
        }
        ByteBuffer target = ByteBuffer.allocate(1 + random.nextInt(random.nextInt(64 * 1024) + 1));
        int n;
        try {
            n = Fds.read(fd, target);
        } catch (IOException e) {
            finish(read, result(e), null, false);
            return true;
        }
        if (n > 0) {
            var piece = new Piece(Arrays.copyOf(target.array(), n));
            finish(read, n, piece, !read.cancelled && random.nextInt(4) > 0);
        } else {
            finish(read, 0, null, false);
        }
        return true;
    }

    private boolean write(Write write) throws IOException {
        int fd = write.port.fd();
        if (ready(fd, Poll.OUT) == 0) {
            return false;
        }
        NativeBuffer memory = write.memory();
        ByteBuffer bytes = memory.bytes();
        int length = Math.min(bytes.remaining(), 1 + random.nextInt(PIPE_BUF));
        assertThat(length).isPositive();
        int n;
        try {
            n = Fds.write(fd, memory, bytes.position(), length);
        } catch (IOException e) {
            n = result(e);
        }
        finish(write, n, null, false);
        return true;
    }

    private boolean poll(Poll poll) throws IOException {
        int ready = ready(poll.fd, poll.mask());
        if (ready != 0) {
            finish(poll, ready, null, false);
        }
        return ready != 0;
    }

    private static int result(IOException e) {
        for (int errno : new int[] {Errno.EPIPE, Errno.EIO, Errno.EBADF, ECONNRESET}) {
            if (Errno.is(e, errno)) {
                return -errno;
            }
        }
        throw new AssertionError(e);
    }

    @Override
    public void wakeup() {
        bell.signal();
    }

    @Override
    public void close() {
        closed = true;
        bell.close();
    }
}

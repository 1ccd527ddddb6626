package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * One epoll instance with a buffer for its events: {@code epoll(7)}, Linux only. For one thread at
 * a time. Nothing is allocated after construction.
 */
public final class Epoll implements AutoCloseable {
    /** Readable. */
    public static final int IN = 0x1;

    /** Writable. */
    public static final int OUT = 0x4;

    /** An error is pending; always reported. */
    public static final int ERR = 0x8;

    /** The other side hung up; always reported. */
    public static final int HUP = 0x10;

    private static final int CTL_ADD = 1;
    private static final int CTL_DEL = 2;
    private static final int CTL_MOD = 3;

    // The kernel packs the structure on x86-64, to have one layout for 32 and 64 bits.
    private static final int EVENT_SIZE = Os.X86_64 ? 12 : 16;
    private static final int DATA = Os.X86_64 ? 4 : 8;

    private static final NativeFunction CREATE1 = Libc.function("epoll_create1");
    private static final NativeFunction CTL = Libc.function("epoll_ctl");
    private static final NativeFunction WAIT = Libc.function("epoll_wait");
    private static final NativeFunction PWAIT2 = Libc.function("epoll_pwait2");

    // glibc 2.35 may run on a kernel before 5.11, which the first ENOSYS shows.
    private static volatile boolean nanoseconds = PWAIT2.isPresent();

    private final Scratch scratch = Scratch.owned();
    private final NativeBuffer memory;
    private final ByteBuffer events;
    private final int capacity;
    private int fd;

    /**
     * Creates an instance.
     *
     * @param capacity how many events one wait can return
     */
    public Epoll(int capacity) throws IOException {
        this.capacity = capacity;
        this.memory = NativeBuffer.allocate(capacity * EVENT_SIZE);
        this.events = memory.bytes();
        int created = (int) CREATE1.call(scratch, FdTable.O_CLOEXEC);
        if (created < 0) {
            throw Errno.exception("epoll_create1", "", scratch.errno());
        }
        this.fd = FdTable.aboveStandard(created);
    }

    /** Why epoll cannot be used here, or null if it can. */
    public static @Nullable String unavailableReason() {
        if (!NativeAccess.available()) {
            return NativeAccess.reason();
        }
        return Os.HOST == Os.LINUX ? null : "epoll is Linux only";
    }

    /** Returns the descriptor of the instance, which is readable while it has events. */
    public int fd() {
        return fd;
    }

    /**
     * Starts watching a descriptor, level-triggered.
     *
     * @param data comes back with its events
     */
    public void add(int target, int mask, long data) throws IOException {
        control(CTL_ADD, target, mask, data);
    }

    /** Changes what a watched descriptor is watched for. */
    public void modify(int target, int mask, long data) throws IOException {
        control(CTL_MOD, target, mask, data);
    }

    /** Stops watching; a descriptor that is not watched, or not open, is no error. */
    public void remove(int target) {
        CTL.call(scratch, fd, CTL_DEL, target, scratch.address);
    }

    /**
     * Waits for events.
     *
     * @param timeoutNanos negative for ever, 0 not at all; never cut short by rounding
     * @return how many events there are to be read with {@link #data} and {@link #mask}; 0 after
     *     the timeout or an interruption by a signal
     */
    public int await(long timeoutNanos) throws IOException {
        int n =
                timeoutNanos > 0 && nanoseconds
                        ? waitNanos(timeoutNanos)
                        : waitMillis(timeoutNanos);
        if (n >= 0) {
            return n;
        }
        int errno = scratch.errno();
        if (errno == Errno.EINTR) {
            return 0;
        }
        if (errno == Errno.ENOSYS && nanoseconds) {
            nanoseconds = false;
            return await(timeoutNanos);
        }
        throw Errno.exception("epoll_wait", fd, errno);
    }

    /** The data of the i-th event of the last wait. */
    public long data(int i) {
        return events.getLong(i * EVENT_SIZE + DATA);
    }

    /** The mask of the i-th event of the last wait. */
    public int mask(int i) {
        return events.getInt(i * EVENT_SIZE);
    }

    /** Closes the instance; what it watched stays open. */
    @Override
    public void close() {
        int closing = fd;
        fd = -1;
        FdTable.closeQuietly(closing);
    }

    private int waitNanos(long nanos) {
        Timeouts.putTimespec(scratch.bytes, nanos);
        return (int) PWAIT2.call(scratch, fd, memory.address(), capacity, scratch.address, 0);
    }

    private int waitMillis(long nanos) {
        return (int) WAIT.call(scratch, fd, memory.address(), capacity, Timeouts.millis(nanos));
    }

    private void control(int operation, int target, int mask, long data) throws IOException {
        scratch.bytes.putInt(0, mask).putLong(DATA, data);
        if ((int) CTL.call(scratch, fd, operation, target, scratch.address) < 0) {
            int errno = scratch.errno();
            if (errno == Errno.EPERM) {
                throw new IOException(
                        "epoll_ctl("
                                + target
                                + "): EPERM (this kind of file cannot be polled: a regular file or"
                                + " directory is always ready, read it in an executor instead)");
            }
            throw Errno.exception("epoll_ctl", target, errno);
        }
    }
}

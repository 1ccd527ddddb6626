package io.asyncio4j.os;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * One pair of rings shared with the kernel: {@code io_uring(7)}, Linux only. Used by one thread at
 * a time; operations belong to the thread that submits them, and end with it.
 *
 * <pre>
 *   prepare(...) --> submission ring --enter()--> kernel --> completion ring --> next(), result()
 * </pre>
 *
 * <p>Nothing is allocated after construction.
 */
public final class Uring implements AutoCloseable {
    /** Another completion of the same operation follows: {@code IORING_CQE_F_MORE}. */
    public static final int MORE = 2;

    private static final int HAS_BUFFER = 1;
    private static final int BUFFER_SHIFT = 16;

    private static final int SYS_SETUP = 425;
    private static final int SYS_ENTER = 426;
    private static final int SYS_REGISTER = 427;

    private static final int SETUP_CQSIZE = 1 << 3;
    private static final int SETUP_CLAMP = 1 << 4;
    private static final int SETUP_SUBMIT_ALL = 1 << 7;
    private static final int SETUP_COOP_TASKRUN = 1 << 8;
    private static final int SETUP_TASKRUN_FLAG = 1 << 9;
    private static final int SETUP_SINGLE_ISSUER = 1 << 12;
    private static final int SETUP_DEFER_TASKRUN = 1 << 13;

    private static final int FEATURE_SINGLE_MMAP = 1;
    private static final int FEATURE_NODROP = 1 << 1;
    private static final int FEATURE_EXT_ARG = 1 << 8;
    private static final int FEATURES = FEATURE_SINGLE_MMAP | FEATURE_NODROP | FEATURE_EXT_ARG;

    private static final int ENTER_GETEVENTS = 1;
    private static final int ENTER_EXT_ARG = 1 << 3;
    private static final int SQ_CQ_OVERFLOW = 1 << 1;
    private static final int SQ_TASKRUN = 1 << 2;

    private static final int PARAMS = 120;
    private static final int SQ_OFF = 40;
    private static final int CQ_OFF = 80;
    private static final int SQE = 64;
    private static final int CQE = 16;
    private static final long OFF_RINGS = 0;
    private static final long OFF_SQES = 0x1000_0000L;
    private static final int PROT_READ_WRITE = 3;
    private static final int MAP_SHARED_POPULATE = 0x8001;
    private static final int ARG = 0;
    private static final int ARG_SIZE = 24;
    private static final int TIMESPEC = 32;

    private static final int EBUSY = 16;
    private static final int ETIME = 62;

    private static final VarHandle INTS =
            MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    /** Linked only on Linux, where the numbers above mean this. */
    private static final class Calls {
        static final NativeFunction SYSCALL = Libc.variadic("syscall", 1);
        static final MethodHandle ENTER = Libc.syscallOfSix();
        static final NativeFunction MMAP = Libc.function("mmap");
        static final NativeFunction MUNMAP = Libc.function("munmap");

        static long enter(
                Scratch s, int fd, int count, int least, int flags, long argument, long size) {
            try {
                return (long)
                        ENTER.invokeExact(
                                s.errnoSegment,
                                (long) SYS_ENTER,
                                (long) fd,
                                (long) count,
                                (long) least,
                                (long) flags,
                                argument,
                                size);
            } catch (RuntimeException | Error unchecked) {
                throw unchecked;
            } catch (Throwable checked) {
                throw new AssertionError("io_uring_enter", checked);
            }
        }
    }

    private final Scratch scratch = Scratch.owned();
    private final ByteBuffer rings;
    private final ByteBuffer sqes;
    private final long ringsAddress;
    private final long sqesAddress;
    private final int sqHead;
    private final int sqTail;
    private final int sqFlags;
    private final int sqArray;
    private final int sqMask;
    private final int cqHead;
    private final int cqTail;
    private final int cqes;
    private final int cqMask;
    private boolean tellsOfWork;
    private int fd;
    private boolean unmapped;

    // What this side has written and read so far.
    private int prepared;
    private int submitted;
    private int seen;
    private int current;

    /**
     * Creates a ring.
     *
     * @param entries how many operations can be prepared between two calls of {@link #enter}
     * @param completions how many completions the ring holds; more wait in the kernel
     * @throws IOException if the kernel refuses it
     */
    public Uring(int entries, int completions) throws IOException {
        NativeBuffer params = NativeBuffer.allocate(PARAMS);
        int sizes = SETUP_CQSIZE | SETUP_CLAMP;
        int common = sizes | SETUP_SUBMIT_ALL | SETUP_TASKRUN_FLAG;
        // Newer kernels run the work of completions only when this thread asks for them.
        int[] choices = {
            common | SETUP_SINGLE_ISSUER | SETUP_DEFER_TASKRUN, common | SETUP_COOP_TASKRUN, sizes
        };
        int opened = -1;
        for (int i = 0; i < choices.length && opened < 0; i++) {
            opened = setup(params, entries, completions, choices[i]);
            tellsOfWork = (choices[i] & SETUP_TASKRUN_FLAG) != 0;
            if (opened < 0 && scratch.errno() != Errno.EINVAL) {
                break;
            }
        }
        if (opened < 0) {
            throw UringErrors.setupFailed(scratch.errno());
        }
        fd = FdTable.aboveStandard(opened);
        ByteBuffer p = params.bytes();
        int features = p.getInt(20);
        if ((features & FEATURES) != FEATURES) {
            close(fd);
            throw UringErrors.tooOld();
        }
        int sqEntries = p.getInt(0);
        int cqEntries = p.getInt(4);
        sqHead = p.getInt(SQ_OFF);
        sqTail = p.getInt(SQ_OFF + 4);
        sqFlags = p.getInt(SQ_OFF + 16);
        sqArray = p.getInt(SQ_OFF + 24);
        cqHead = p.getInt(CQ_OFF);
        cqTail = p.getInt(CQ_OFF + 4);
        cqes = p.getInt(CQ_OFF + 20);
        long size = Math.max(sqArray + 4L * sqEntries, cqes + (long) CQE * cqEntries);
        try {
            ringsAddress = map(size, OFF_RINGS);
            rings = view(ringsAddress, size);
            try {
                sqesAddress = map((long) SQE * sqEntries, OFF_SQES);
            } catch (IOException e) {
                unmap(ringsAddress, size);
                throw e;
            }
        } catch (IOException e) {
            close(fd);
            throw e;
        }
        sqes = view(sqesAddress, (long) SQE * sqEntries);
        sqMask = rings.getInt(p.getInt(SQ_OFF + 8));
        cqMask = rings.getInt(p.getInt(CQ_OFF + 8));
        for (int i = 0; i < sqEntries; i++) {
            rings.putInt(sqArray + 4 * i, i);
        }
    }

    private int setup(NativeBuffer params, int entries, int completions, int flags) {
        params.bytes().putLong(0, 0);
        params.bytes().putInt(4, completions).putInt(8, flags);
        return (int) Calls.SYSCALL.call(scratch, SYS_SETUP, entries, params.address());
    }

    private long map(long size, long offset) throws IOException {
        long address =
                Calls.MMAP.call(scratch, 0, size, PROT_READ_WRITE, MAP_SHARED_POPULATE, fd, offset);
        if (address == -1) {
            throw UringErrors.setupFailed(scratch.errno());
        }
        return address;
    }

    private void unmap(long address, long size) {
        Calls.MUNMAP.call(scratch, address, size);
    }

    @SuppressWarnings("restricted")
    private static ByteBuffer view(long address, long size) {
        return MemorySegment.ofAddress(address)
                .reinterpret(size)
                .asByteBuffer()
                .order(ByteOrder.nativeOrder());
    }

    // Submission

    /** Returns how many operations can be prepared before {@link #enter} has to be called. */
    public int room() {
        return sqMask + 1 - (prepared - (int) INTS.getAcquire(rings, sqHead));
    }

    /**
     * Prepares an operation, which {@link #enter} submits. The memory that it names must stay where
     * it is until its completion has been seen.
     *
     * @param opcode one of {@link UringOp}
     * @param flags of the operation itself, such as a poll's events
     * @param data comes back with its completions
     * @throws IllegalStateException if there is no {@link #room}
     */
    public void prepare(
            UringOp opcode,
            int target,
            long address,
            int length,
            long offset,
            int flags,
            long data) {
        if (room() == 0) {
            throw new IllegalStateException("No room in the submission ring; call enter first");
        }
        int at = (prepared & sqMask) * SQE;
        sqes.put(at, (byte) opcode.code())
                .put(at + 1, (byte) 0)
                .putShort(at + 2, (short) 0)
                .putInt(at + 4, target)
                .putLong(at + 8, offset)
                .putLong(at + 16, address)
                .putInt(at + 24, length)
                .putInt(at + 28, flags)
                .putLong(at + 32, data)
                .putLong(at + 40, 0)
                .putLong(at + 48, 0)
                .putLong(at + 56, 0);
        prepared++;
    }

    /** As the other, with the bytes of a buffer from {@code from} on. */
    public void prepare(
            UringOp opcode, int target, NativeBuffer memory, int from, int length, long data) {
        prepare(opcode, target, memory.address() + from, length, -1, 0, data);
    }

    /**
     * Has the operation that was prepared last take a buffer of {@code group} when it needs one.
     */
    public void selectBuffer(int group) {
        int at = ((prepared - 1) & sqMask) * SQE;
        sqes.put(at + 1, (byte) (1 << 5)).putShort(at + 40, (short) group);
    }

    /** Sets the field of the operation that was prepared last which only some use. */
    public void fileIndex(int value) {
        sqes.putInt(((prepared - 1) & sqMask) * SQE + 44, value);
    }

    /**
     * Submits what was prepared, and waits for a completion.
     *
     * @param timeoutNanos negative for ever, 0 not at all
     * @return false if the kernel could not take everything for lack of memory, or because
     *     completions must be seen first: then it is to be called again
     */
    public boolean enter(long timeoutNanos) throws IOException {
        INTS.setRelease(rings, sqTail, prepared);
        int count = prepared - submitted;
        if (timeoutNanos == 0 && count == 0 && tellsOfWork && !hasWork()) {
            return true; // without a system call
        }
        boolean waits = timeoutNanos != 0 && !hasNext();
        long argument = 0;
        long size = 0;
        int flags = ENTER_GETEVENTS;
        if (waits && timeoutNanos > 0) {
            Timeouts.putTimespec(scratch.bytes, TIMESPEC, timeoutNanos);
            scratch.bytes.putLong(ARG, 0).putLong(ARG + 8, 0);
            scratch.bytes.putLong(ARG + 16, scratch.address + TIMESPEC);
            argument = scratch.address + ARG;
            size = ARG_SIZE;
            flags |= ENTER_EXT_ARG;
        }
        long n = Calls.enter(scratch, fd, count, waits ? 1 : 0, flags, argument, size);
        if (n >= 0) {
            submitted += (int) n;
            return submitted == prepared;
        }
        int errno = scratch.errno();
        submitted = (int) INTS.getAcquire(rings, sqHead);
        if (errno == Errno.EINTR || errno == ETIME) {
            return submitted == prepared;
        }
        if (errno == Errno.EAGAIN || errno == EBUSY) {
            return false;
        }
        throw Errno.exception("io_uring_enter", fd, errno);
    }

    // Completions

    /** Moves to the next completion; returns false if there is none yet. */
    public boolean next() {
        if (!hasNext()) {
            return false;
        }
        current = cqes + (seen & cqMask) * CQE;
        seen++;
        return true;
    }

    private boolean hasNext() {
        return (int) INTS.getAcquire(rings, cqTail) != seen;
    }

    /** Returns the data of the operation that has completed. */
    public long data() {
        return rings.getLong(current);
    }

    /** Returns its result, or a negated errno. */
    public int result() {
        return rings.getInt(current + 8);
    }

    /** Returns whether more completions of the same operation follow. */
    public boolean hasMore() {
        return (rings.getInt(current + 12) & MORE) != 0;
    }

    /** Returns the number of the buffer that it took from its group, or -1. */
    public int buffer() {
        int flags = rings.getInt(current + 12);
        return (flags & HAS_BUFFER) == 0 ? -1 : flags >>> BUFFER_SHIFT;
    }

    /** Gives the places of the completions that were seen back to the kernel. */
    public void advance() {
        INTS.setRelease(rings, cqHead, seen);
    }

    /**
     * Returns whether completions wait in the kernel: because the ring was full, or until this
     * thread asks for them.
     */
    private boolean hasWork() {
        return ((int) INTS.getAcquire(rings, sqFlags) & (SQ_CQ_OVERFLOW | SQ_TASKRUN)) != 0;
    }

    // Registration

    int register(int opcode, long argument, int count) {
        return (int) Calls.SYSCALL.call(scratch, SYS_REGISTER, fd, opcode, argument, count);
    }

    int errno() {
        return scratch.errno();
    }

    /** Ends the operations; completions that have come can still be seen. Idempotent. */
    public void stop() {
        if (fd >= 0) {
            close(fd);
            fd = -1;
        }
    }

    @Override
    public void close() {
        stop();
        if (!unmapped) {
            unmapped = true;
            unmap(sqesAddress, sqes.capacity());
            unmap(ringsAddress, rings.capacity());
        }
    }

    private static void close(int descriptor) {
        FdTable.closeQuietly(descriptor);
    }
}

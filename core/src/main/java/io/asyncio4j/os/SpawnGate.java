package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Makes a child wait, before it executes its program, until this process has set its limits. {@code
 * posix_spawn} has no option for limits, and setting them later would be too late for a program
 * that reads its limits first.
 *
 * <pre>
 *   child, in its file actions          this process, beside the thread in posix_spawn
 *     opens HERE to write   --------->    has opened HERE to read
 *     opens GO to read                    prlimit(pid)
 *            (waits)        &lt;---------    opens GO to write
 *     executes the program
 * </pre>
 *
 * <p>Both are FIFOs without a name, which are opened through {@code /proc/self/fd}; the opening of
 * one waits for the other end. One start uses a gate at a time, and gates are kept for further
 * starts. That HERE is open to write does not mean that the child is there: until it executes its
 * program, a child of another start holds copies of all descriptors, this process's ends of other
 * gates included. So GO is opened only once a new child of the starting thread has been found.
 */
final class SpawnGate {
    private static final int O_PATH = 0x20_0000;
    private static final int RLIMIT_NOFILE = 7;

    private static final NativeFunction MKFIFO = Libc.function("mkfifo");
    private static final NativeFunction CHMOD = Libc.function("chmod");
    private static final NativeFunction PRLIMIT = Libc.function("prlimit");
    private static final NativeFunction GETTID = Libc.function("gettid");

    private static final ConcurrentLinkedQueue<SpawnGate> IDLE = new ConcurrentLinkedQueue<>();

    private final int here;
    private final int go;

    // Of one use.
    private volatile long starter;
    private volatile @Nullable Thread thread;
    private volatile boolean started;
    private volatile boolean left;
    // The child that was limited last. Used by the attending thread only.
    private long limited;

    private SpawnGate(int here, int go) {
        this.here = here;
        this.go = go;
    }

    /** Whether children have to wait for a limit. */
    static boolean isNeeded() {
        return Started.OPEN_FILES >= 0;
    }

    /** Takes a gate for one start, or null if none can be made. */
    static @Nullable SpawnGate take() {
        SpawnGate idle = IDLE.poll();
        if (idle != null) {
            idle.started = false;
            idle.left = false;
            idle.starter = 0;
            idle.limited = 0;
            return idle;
        }
        if (!GETTID.isPresent() || !PRLIMIT.isPresent() || Started.OPEN_FILES < 16) {
            return null;
        }
        int here = -1;
        try {
            here = fifo();
            return new SpawnGate(here, fifo());
        } catch (IOException e) {
            FdTable.closeQuietly(here);
            return null;
        }
    }

    private static int fifo() throws IOException {
        Path path = Path.of(System.getProperty("java.io.tmpdir"), "asyncio4j-" + UUID.randomUUID());
        try (Scratch s = Scratch.take();
                Arena arena = Arena.ofConfined()) {
            if ((int) MKFIFO.call(s, CStrings.one(arena, path), 0600) < 0) {
                throw Errno.exception("mkfifo", path, s.errno());
            }
            try {
                int fd = FdTable.open(path, O_PATH, 0);
                // The child may run as another user; other processes cannot open a file without a
                // name.
                Files.delete(path);
                CHMOD.call(s, CStrings.one(arena, name(fd)), 0666);
                return fd;
            } finally {
                Files.deleteIfExists(path);
            }
        }
    }

    private static String name(int fd) {
        return "/proc/self/fd/" + fd;
    }

    /** What the child opens to write. */
    String here() {
        return name(here);
    }

    /** What the child opens to read. */
    String go() {
        return name(go);
    }

    /** Whether a descriptor is one of this gate's own. */
    boolean uses(int fd) {
        return fd == here || fd == go;
    }

    /** Notes that this thread is about to start the child. */
    void enter() {
        thread = Thread.currentThread();
        try (Scratch s = Scratch.take()) {
            starter = (int) GETTID.call(s);
        }
    }

    /**
     * Notes that this thread has started the child, or failed, and releases the attending thread,
     * which may be waiting for a child that never came. Blocks until it has left.
     */
    void leave() {
        started = true;
        int reader = -1;
        int writer = -1;
        while (!left) {
            reader = reader < 0 ? open(go, FdTable.O_RDONLY) : reader;
            writer = writer < 0 ? open(here, FdTable.O_WRONLY) : writer;
            LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(50));
        }
        FdTable.closeQuietly(reader);
        FdTable.closeQuietly(writer);
    }

    private static int open(int fifo, int flags) {
        try {
            return FdTable.open(name(fifo), flags | FdTable.O_NONBLOCK, 0);
        } catch (IOException nobodyThere) {
            return -1;
        }
    }

    /** Sets the limits of each child that waits, until the starting thread has left. */
    void attend() {
        try {
            while (!started) {
                int reader = openWaiting(here, FdTable.O_RDONLY);
                while (!started && !limitNewChild()) {
                    LockSupport.parkNanos(TimeUnit.MICROSECONDS.toNanos(20));
                }
                if (!started) {
                    // Whatever comes: the child waits, and with it the thread that starts it.
                    FdTable.closeQuietly(openWaiting(go, FdTable.O_WRONLY));
                }
                FdTable.closeQuietly(reader);
            }
        } finally {
            left = true;
            LockSupport.unpark(thread);
        }
    }

    /** Opens an end of a FIFO, however long that takes. */
    private int openWaiting(int fifo, int flags) {
        while (!started) {
            try {
                return FdTable.open(name(fifo), flags, 0);
            } catch (IOException | OutOfMemoryError noneLeft) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
        return -1;
    }

    /**
     * Sets the limits of the child that waits. Returns false if it is not there yet, true also if
     * that cannot be known: it must not wait for ever.
     */
    private boolean limitNewChild() {
        long thread = starter;
        if (thread == 0) {
            return false;
        }
        boolean found = false;
        try {
            // The thread is new, and started no other child but those of this start that failed.
            Path children = Path.of("/proc/self/task/" + thread + "/children");
            for (String each : Files.readString(children).split(" ")) {
                if (!each.isBlank() && Long.parseLong(each.strip()) != limited) {
                    limited = Long.parseLong(each.strip());
                    setLimits(limited);
                    found = true;
                }
            }
        } catch (IOException | OutOfMemoryError e) {
            // Such as a kernel without that file: the child keeps this process's limit.
            return true;
        }
        return found;
    }

    /** Gives a child the limit on open files that this process was started with. */
    static void setLimits(long pid) {
        try (Scratch s = Scratch.take()) {
            Limits.Limit own = Limits.openFiles();
            s.bytes.putLong(0, Limits.raw(Started.OPEN_FILES)).putLong(8, Limits.raw(own.hard()));
            PRLIMIT.call(s, pid, RLIMIT_NOFILE, s.address, 0);
        }
    }

    /** Gives the gate back. */
    void release() {
        IDLE.add(this);
    }
}

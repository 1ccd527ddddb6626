package io.asyncio4j.os;

/**
 * Finds out what the kernel can use without waiting for a disk or a server, and never waits itself:
 * {@code openat2(2)} with {@code RESOLVE_CACHED} resolves a name only through cached entries,
 * {@code preadv2(2)} with {@code RWF_NOWAIT} reads only from memory. Linux 5.12 and newer;
 * elsewhere nothing counts as cached.
 *
 * <p>Only files on block devices count. Opening a file of a network or FUSE file system may ask its
 * server, whatever the kernel has cached; tmpfs and overlay do not report what is in memory.
 */
final class CachedFiles {
    private static final int SYS_OPENAT2 = 437;
    private static final int AT_FDCWD = -100;
    private static final int O_PATH = 0x20_0000;
    private static final int RESOLVE_CACHED = 0x20;

    private static final int AT_EMPTY_PATH = 0x1000;
    private static final int AT_STATX_DONT_SYNC = 0x4000;
    private static final int STATX_TYPE = 1;
    private static final int RWF_NOWAIT = 8;

    // struct statx
    private static final int STX_MODE = 28;
    private static final int STX_DEV_MAJOR = 136;
    private static final int S_IFMT = 0xf000;
    private static final int S_IFDIR = 0x4000;

    // In the scratch memory: an empty string and a struct iovec, what is read, open_how or statx.
    private static final int EMPTY = 0;
    private static final int IOVEC = 8;
    private static final int HEAD = 24;
    private static final int STRUCT = 32;
    private static final int OPEN_HOW = 24;

    /** {@code #!}, read as a little-endian number. */
    private static final short SCRIPT = 0x2123;

    private static final NativeFunction SYSCALL = Libc.variadic("syscall", 1);
    private static final NativeFunction STATX = Libc.function("statx");
    private static final NativeFunction PREADV2 = Libc.function("preadv2");

    private static final boolean AVAILABLE =
            Os.HOST == Os.LINUX && STATX.isPresent() && PREADV2.isPresent();

    /** What a look at a program has found. */
    enum Program {
        /** Its name and beginning are in memory, and it is no script. */
        CACHED,
        /** It is known not to exist. */
        ABSENT,
        /** Anything else. */
        UNKNOWN
    }

    private CachedFiles() {}

    /**
     * Looks at the program whose name is the C string at {@code path}.
     *
     * @param mostOpen with more open descriptors than about this it is {@code UNKNOWN}
     */
    static Program program(Scratch s, long path, int mostOpen) {
        if (!AVAILABLE) {
            return Program.UNKNOWN;
        }
        // First with O_PATH, since really opening it could already ask a server.
        int handle = open(s, path, O_PATH);
        if (handle < 0) {
            int errno = s.errno();
            boolean absent = errno == Errno.ENOENT || errno == Errno.ENOTDIR;
            return absent ? Program.ABSENT : Program.UNKNOWN;
        }
        boolean local = handle <= mostOpen && isOnBlockDevice(s, handle);
        FdTable.closeQuietly(handle);
        if (!local) {
            return Program.UNKNOWN;
        }
        // Without O_NONBLOCK, this would wait for a lease that another process holds.
        int fd = open(s, path, FdTable.O_RDONLY | FdTable.O_NONBLOCK | FdTable.O_NOCTTY);
        if (fd < 0) {
            return Program.UNKNOWN;
        }
        boolean cached = readsBinary(s, fd);
        FdTable.closeQuietly(fd);
        return cached ? Program.CACHED : Program.UNKNOWN;
    }

    /** Whether the directory whose name is the C string at {@code path} is there, in memory. */
    static boolean isDirectory(Scratch s, long path) {
        if (!AVAILABLE) {
            return false;
        }
        int handle = open(s, path, O_PATH);
        if (handle < 0) {
            return false;
        }
        boolean found = isOnBlockDevice(s, handle) && type(s) == S_IFDIR;
        FdTable.closeQuietly(handle);
        return found;
    }

    private static int open(Scratch s, long path, int flags) {
        s.bytes.putLong(STRUCT, flags | FdTable.O_CLOEXEC);
        s.bytes.putLong(STRUCT + 8, 0);
        s.bytes.putLong(STRUCT + 16, RESOLVE_CACHED);
        return (int) SYSCALL.call(s, SYS_OPENAT2, AT_FDCWD, path, s.address + STRUCT, OPEN_HOW);
    }

    /** Leaves the file's struct statx in the scratch memory. */
    private static boolean isOnBlockDevice(Scratch s, int fd) {
        s.bytes.put(EMPTY, (byte) 0);
        int flags = AT_EMPTY_PATH | AT_STATX_DONT_SYNC;
        long result = STATX.call(s, fd, s.address + EMPTY, flags, STATX_TYPE, s.address + STRUCT);
        // Others have the major number 0.
        return (int) result == 0 && s.bytes.getInt(STRUCT + STX_DEV_MAJOR) != 0;
    }

    private static int type(Scratch s) {
        return s.bytes.getShort(STRUCT + STX_MODE) & S_IFMT;
    }

    private static boolean readsBinary(Scratch s, int fd) {
        s.bytes.putLong(IOVEC, s.address + HEAD);
        s.bytes.putLong(IOVEC + 8, Short.BYTES);
        long count = PREADV2.call(s, fd, s.address + IOVEC, 1, 0, RWF_NOWAIT);
        // A script's interpreter may be anywhere.
        return count == Short.BYTES && s.bytes.getShort(HEAD) != SCRIPT;
    }
}

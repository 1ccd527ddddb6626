package io.asyncio4j.os;

import java.io.File;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Creates, configures and closes descriptors. Safe from any thread.
 *
 * <p>All descriptors created here are close-on-exec and numbered 3 or higher, also in a process
 * that was started with its standard streams closed: this process and its children would mistake a
 * pipe with the number 1 for standard output.
 */
public final class FdTable {
    /** Flag of {@link #open}: read only. */
    public static final int O_RDONLY = 0;

    /** Flag of {@link #open}: write only. */
    public static final int O_WRONLY = 1;

    /** Flag of {@link #open}: both. */
    public static final int O_RDWR = 2;

    /** Flag of {@link #open}: create the file if it is missing. */
    public static final int O_CREAT = mac(0x40, 0x200);

    /** Flag of {@link #open}: with {@link #O_CREAT}, fail if it exists. */
    public static final int O_EXCL = mac(0x80, 0x800);

    /** Flag of {@link #open}: do not make a terminal the controlling one. */
    public static final int O_NOCTTY = mac(0x100, 0x20000);

    /** Flag of {@link #open}: empty the file. */
    public static final int O_TRUNC = mac(0x200, 0x400);

    /** Flag of {@link #open}: write at the end. */
    public static final int O_APPEND = mac(0x400, 0x8);

    /** Flag of {@link #open}: never wait. */
    public static final int O_NONBLOCK = mac(0x800, 0x4);

    static final int O_CLOEXEC = mac(0x80000, 0x1000000);

    private static final int F_GETFD = 1;
    private static final int F_SETFD = 2;
    private static final int F_GETFL = 3;
    private static final int F_SETFL = 4;
    private static final int F_DUPFD_CLOEXEC = mac(1030, 67);
    private static final int FD_CLOEXEC = 1;
    private static final int AF_UNIX = 1;
    private static final int SOCK_STREAM = 1;
    private static final int SOL_SOCKET = mac(1, 0xffff);
    private static final int SO_TYPE = mac(3, 0x1008);
    private static final int SHUT_WR = 1;

    private static final NativeFunction CLOSE = Libc.function("close");
    private static final NativeFunction FCNTL = Libc.variadic("fcntl", 2);

    private FdTable() {}

    /** Functions that are used less often, linked when one of them is. */
    private static final class Rare {
        static final NativeFunction PIPE2 = Libc.function("pipe2");
        static final NativeFunction PIPE = Libc.function("pipe");
        static final NativeFunction SOCKETPAIR = Libc.function("socketpair");
        static final NativeFunction OPEN = Libc.variadic("open", 2);
        static final NativeFunction ISATTY = Libc.function("isatty");
        static final NativeFunction GETSOCKOPT = Libc.function("getsockopt");
        static final NativeFunction SHUTDOWN = Libc.function("shutdown");
    }

    /**
     * A pipe: {@code pipe2(2)}. Only the end that this process keeps should be non-blocking, for a
     * child expects its end to block.
     *
     * @param nonBlockingRead whether the read end is non-blocking
     * @param nonBlockingWrite whether the write end is non-blocking
     */
    public static FdPair pipe(boolean nonBlockingRead, boolean nonBlockingWrite)
            throws IOException {
        try (Scratch s = Scratch.take()) {
            boolean atomic = Rare.PIPE2.isPresent();
            int r =
                    (int)
                            (atomic
                                    ? Rare.PIPE2.call(s, s.address, O_CLOEXEC)
                                    : Rare.PIPE.call(s, s.address));
            return pair("pipe", r, s, atomic, nonBlockingRead, nonBlockingWrite);
        }
    }

    /**
     * Two connected Unix stream sockets: {@code socketpair(2)}. Unlike a pipe it works both ways
     * and tells its writer at once that the reader has gone, but {@code /dev/stdin} of a child
     * cannot be opened anew if it is one.
     */
    public static FdPair socketpair(boolean nonBlockingFirst, boolean nonBlockingSecond)
            throws IOException {
        try (Scratch s = Scratch.take()) {
            boolean atomic = Os.HOST == Os.LINUX;
            int type = SOCK_STREAM | (atomic ? O_CLOEXEC : 0);
            int r = (int) Rare.SOCKETPAIR.call(s, AF_UNIX, type, 0, s.address);
            return pair("socketpair", r, s, atomic, nonBlockingFirst, nonBlockingSecond);
        }
    }

    private static FdPair pair(
            String call, int result, Scratch s, boolean cloexec, boolean firstNb, boolean secondNb)
            throws IOException {
        if (result < 0) {
            throw Errno.exception(call, "", s.errno());
        }
        int first = s.bytes.getInt(0);
        int second = s.bytes.getInt(4);
        try {
            first = aboveStandard(first);
            second = aboveStandard(second);
            if (!cloexec) {
                setCloseOnExec(first, true);
                setCloseOnExec(second, true);
            }
            if (firstNb) {
                setNonBlocking(first, true);
            }
            if (secondNb) {
                setNonBlocking(second, true);
            }
            return new FdPair(first, second);
        } catch (IOException e) {
            closeQuietly(first);
            closeQuietly(second);
            throw e;
        }
    }

    /**
     * Opens a file: {@code open(2)}, always close-on-exec.
     *
     * @param flags of {@link #O_RDONLY} and the others
     * @param mode permissions of a file that is created, before the umask
     */
    public static int open(Path path, int flags, int mode) throws IOException {
        return open(path, NativeStrings.encode(path), flags, mode);
    }

    /** As {@link #open(Path, int, int)}, of a name. */
    public static int open(String path, int flags, int mode) throws IOException {
        return open(path, NativeStrings.encode(path), flags, mode);
    }

    private static int open(Object path, byte[] bytes, int flags, int mode) throws IOException {
        try (Scratch s = Scratch.take();
                Arena arena = Arena.ofConfined()) {
            long name = CStrings.each(arena, List.of(bytes))[0];
            for (; ; ) {
                int fd = (int) Rare.OPEN.call(s, name, flags | O_CLOEXEC, mode);
                if (fd >= 0) {
                    return aboveStandard(fd);
                }
                if (s.errno() != Errno.EINTR) {
                    throw Errno.exception("open", path, s.errno());
                }
            }
        }
    }

    /**
     * Closes a descriptor: {@code close(2)}. The number is free afterwards whatever is thrown;
     * unregister it from selectors before.
     */
    public static void close(int fd) throws IOException {
        try (Scratch s = Scratch.take()) {
            // After EINTR Linux has closed it: a second close could close another descriptor.
            if ((int) CLOSE.call(s, fd) < 0 && s.errno() != Errno.EINTR) {
                throw Errno.exception("close", fd, s.errno());
            }
        }
    }

    /** Closes a descriptor, if it is one, and forgets every error; for clean-up. */
    public static void closeQuietly(int fd) {
        if (fd >= 0) {
            try (Scratch s = Scratch.take()) {
                CLOSE.call(s, fd);
            }
        }
    }

    /** Another descriptor of the same open file, 3 or higher and close-on-exec. */
    public static int duplicate(int fd) throws IOException {
        return fcntl(fd, F_DUPFD_CLOEXEC, 3);
    }

    /** Whether a child that is executed loses the descriptor. */
    public static boolean isCloseOnExec(int fd) throws IOException {
        return (fcntl(fd, F_GETFD, 0) & FD_CLOEXEC) != 0;
    }

    /** Whether reads and writes return instead of waiting. */
    public static boolean isNonBlocking(int fd) throws IOException {
        return (fcntl(fd, F_GETFL, 0) & O_NONBLOCK) != 0;
    }

    /** Chooses whether a child that is executed loses the descriptor. */
    public static void setCloseOnExec(int fd, boolean on) throws IOException {
        fcntl(fd, F_SETFD, on ? FD_CLOEXEC : 0);
    }

    /**
     * Chooses whether reads and writes wait. This is a property of the open file: all processes
     * that inherited or duplicated the descriptor see the change.
     */
    public static void setNonBlocking(int fd, boolean on) throws IOException {
        int flags = fcntl(fd, F_GETFL, 0);
        int wanted = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
        if (wanted != flags) {
            fcntl(fd, F_SETFL, wanted);
        }
    }

    /** Whether the number is an open descriptor. */
    public static boolean isOpen(int fd) {
        try (Scratch s = Scratch.take()) {
            return fd >= 0 && (int) FCNTL.call(s, fd, F_GETFD, 0) >= 0;
        }
    }

    /** Whether it is a terminal: {@code isatty(3)}. */
    public static boolean isTerminal(int fd) {
        try (Scratch s = Scratch.take()) {
            return (int) Rare.ISATTY.call(s, fd) == 1;
        }
    }

    /** Whether it is a socket: {@code getsockopt(2)} answers for those only. */
    public static boolean isSocket(int fd) {
        try (Scratch s = Scratch.take()) {
            s.bytes.putInt(Integer.BYTES, Integer.BYTES);
            long length = s.address + Integer.BYTES;
            return (int) Rare.GETSOCKOPT.call(s, fd, SOL_SOCKET, SO_TYPE, s.address, length) == 0;
        }
    }

    /**
     * Ends the output of a connected socket, whose input continues: {@code shutdown(2)}.
     *
     * @throws IOException if it is not a socket, or not connected
     */
    public static void shutdownOutput(int fd) throws IOException {
        try (Scratch s = Scratch.take()) {
            if ((int) Rare.SHUTDOWN.call(s, fd, SHUT_WR) < 0) {
                throw Errno.exception("shutdown", fd, s.errno());
            }
        }
    }

    /** The descriptor itself if it is 3 or higher, else a duplicate, the original being closed. */
    static int aboveStandard(int fd) throws IOException {
        if (fd > 2) {
            return fd;
        }
        try {
            return duplicate(fd);
        } finally {
            closeQuietly(fd);
        }
    }

    /** Every open descriptor of this process that is at least {@code from}, ascending. */
    static int[] list(int from) {
        String directory = Os.HOST == Os.LINUX ? "/proc/self/fd" : "/dev/fd";
        String[] names = new File(directory).list();
        List<Integer> fds = new ArrayList<>();
        if (names != null) {
            for (String name : names) {
                int fd = Integer.parseInt(name);
                if (fd >= from) {
                    fds.add(fd);
                }
            }
        } else {
            long limit = Math.min(Limits.openFiles().soft(), 65_536);
            for (int fd = from; fd < limit; fd++) {
                if (isOpen(fd)) {
                    fds.add(fd);
                }
            }
        }
        return fds.stream().mapToInt(Integer::intValue).sorted().toArray();
    }

    private static int fcntl(int fd, int command, int argument) throws IOException {
        try (Scratch s = Scratch.take()) {
            int r = (int) FCNTL.call(s, fd, command, argument);
            if (r < 0) {
                throw Errno.exception("fcntl", fd, s.errno());
            }
            return r;
        }
    }

    private static int mac(int linux, int mac) {
        return Os.HOST == Os.MAC ? mac : linux;
    }
}

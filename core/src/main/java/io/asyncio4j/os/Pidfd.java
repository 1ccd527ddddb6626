package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;

/**
 * Descriptors that stand for a process: Linux 5.3. One becomes readable when its process has ended,
 * and a signal sent through it never reaches another process that got the same pid. Safe from any
 * thread.
 */
public final class Pidfd {
    private static final int SYS_PIDFD_SEND_SIGNAL = 424;
    private static final int SYS_PIDFD_OPEN = 434;

    private static volatile boolean known;

    private Pidfd() {}

    /** Linked only on Linux, where the numbers above mean this. */
    private static final class Calls {
        static final NativeFunction SYSCALL = Libc.variadic("syscall", 1);
        static final NativeFunction GETPID = Libc.function("getpid");
    }

    /**
     * Opens the descriptor of a child that has not been reaped yet: {@code pidfd_open(2)}. It is
     * close-on-exec.
     *
     * @throws io.asyncio4j.NoSuchProcessException if there is no such process
     */
    public static int open(long pid) throws IOException {
        try (Scratch s = Scratch.take()) {
            int fd = (int) Calls.SYSCALL.call(s, SYS_PIDFD_OPEN, pid, 0);
            if (fd < 0) {
                throw Errno.exception("pidfd_open", pid, s.errno());
            }
            return FdTable.aboveStandard(fd);
        }
    }

    /**
     * Sends a signal: {@code pidfd_send_signal(2)}.
     *
     * @param signal its number; 0 only asks whether the process exists
     * @throws io.asyncio4j.NoSuchProcessException if the process was reaped
     */
    public static void sendSignal(int pidfd, int signal) throws IOException {
        try (Scratch s = Scratch.take()) {
            if ((int) Calls.SYSCALL.call(s, SYS_PIDFD_SEND_SIGNAL, pidfd, signal, 0, 0) < 0) {
                String operand = pidfd + ", " + SignalNames.describe(signal);
                throw Errno.exception("pidfd_send_signal", operand, s.errno());
            }
        }
    }

    /**
     * Returns why {@link #open} does not work here, or null if it does. Tries it for this process,
     * and tries again if no descriptor was available.
     */
    public static @Nullable String unavailableReason() {
        if (known) {
            return null;
        }
        if (!NativeAccess.available()) {
            return NativeAccess.reason();
        }
        if (Os.HOST != Os.LINUX) {
            return "pidfds are Linux only";
        }
        try (Scratch s = Scratch.take()) {
            long self = (int) Calls.GETPID.call(s);
            int fd = (int) Calls.SYSCALL.call(s, SYS_PIDFD_OPEN, self, 0);
            if (fd >= 0) {
                FdTable.closeQuietly(fd);
                known = true;
                return null;
            }
            return reason(s.errno());
        }
    }

    static String reason(int errno) {
        String symbol = "pidfd_open: " + Errno.symbol(errno);
        if (errno == Errno.ENOSYS) {
            return symbol + ", the kernel is too old; Linux 5.3 or newer is needed";
        }
        if (errno == Errno.EPERM) {
            return symbol + ", blocked, as by a seccomp filter of a container runtime";
        }
        if (errno == Errno.EMFILE) {
            return symbol + ", this process has no descriptor left; raise ulimit -n";
        }
        if (errno == Errno.ENFILE) {
            return symbol + ", the system has no descriptor left; raise fs.file-max";
        }
        return "pidfd_open: " + Errno.describe(errno);
    }
}

package io.asyncio4j.os;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Detects that children have ended, and reaps them. Safe from any thread. After a reap the pid may
 * belong to another process, so code that signals a child must exclude that it is reaped meanwhile.
 */
public final class WaitId {
    private static final int P_ALL = 0;
    private static final int P_PID = 1;
    private static final int WNOHANG = 1;
    private static final int WEXITED = 4;
    private static final int WNOWAIT = Os.HOST == Os.MAC ? 0x20 : 0x0100_0000;

    // struct siginfo
    private static final int SI_CODE = 8;
    private static final int SI_PID = Os.HOST == Os.MAC ? 12 : 16;
    private static final int SI_STATUS = Os.HOST == Os.MAC ? 20 : 24;
    private static final int CLD_EXITED = 1;
    private static final int CLD_DUMPED = 3;

    // struct rusage, put behind the int that the status is stored in
    private static final int RUSAGE = 16;
    private static final int STIME = RUSAGE + 16;
    private static final int MAXRSS = RUSAGE + 32;

    private static final NativeFunction WAITID = Libc.function("waitid");
    private static final NativeFunction WAIT4 = Libc.function("wait4");

    private WaitId() {}

    /**
     * Looks whether a child has ended, leaving it to be reaped: {@code waitid} with {@code
     * WNOWAIT}.
     *
     * @return how it ended, without usage; null if it still runs
     * @throws NoChildException if there is no such child
     */
    public static @Nullable WaitStatus peek(long pid) throws IOException {
        try (Scratch s = Scratch.take()) {
            checkPid(pid);
            return waitid(s, P_PID, pid, WEXITED | WNOHANG | WNOWAIT);
        }
    }

    /**
     * Looks whether any child has ended, leaving it to be reaped.
     *
     * @return how it ended, without usage; null if there are children and all still run
     * @throws NoChildException if there is no child at all
     */
    public static @Nullable WaitStatus peekAny() throws IOException {
        try (Scratch s = Scratch.take()) {
            return waitid(s, P_ALL, 0, WEXITED | WNOHANG | WNOWAIT);
        }
    }

    /**
     * Blocks the calling platform thread until a child has ended, leaving it to be reaped. Signals
     * that reach the thread do not end the wait, nor do interrupts.
     *
     * @return how it ended, without usage
     * @throws NoChildException if there is no such child, or other code reaps it meanwhile
     */
    public static WaitStatus await(long pid) throws IOException {
        // Owned, because waits last long: a pool would run empty with many children.
        checkPid(pid);
        Scratch s = Scratch.owned();
        for (; ; ) {
            WaitStatus status = waitid(s, P_PID, pid, WEXITED | WNOWAIT);
            if (status != null) {
                return status;
            }
        }
    }

    /**
     * Reaps a child if it has ended: {@code wait4} with {@code WNOHANG}.
     *
     * @return how it ended and what it used; null if it still runs
     * @throws NoChildException if there is no such child
     */
    public static @Nullable WaitStatus reap(long pid) throws IOException {
        checkPid(pid);
        return wait4(pid);
    }

    /**
     * Reaps any child that has ended, children of the JDK's own {@code Process} included.
     *
     * @return how it ended and what it used; null if there are children and all still run
     * @throws NoChildException if there is no child at all
     */
    public static @Nullable WaitStatus reapAny() throws IOException {
        return wait4(-1);
    }

    private static @Nullable WaitStatus waitid(Scratch s, int idType, long pid, int options)
            throws IOException {
        ByteBuffer info = s.bytes;
        do {
            // With WNOHANG and nothing to tell, only a pid that stays 0 says so.
            info.putInt(SI_PID, 0);
            if ((int) WAITID.call(s, idType, pid, s.address, options) == 0) {
                int ended = info.getInt(SI_PID);
                return ended == 0 ? null : WaitStatus.withoutUsage(ended, statusWord(info));
            }
        } while (s.errno() == Errno.EINTR);
        throw failure("waitid", pid, s.errno());
    }

    private static @Nullable WaitStatus wait4(long pid) throws IOException {
        try (Scratch s = Scratch.take()) {
            int reaped;
            do {
                reaped = (int) WAIT4.call(s, pid, s.address, WNOHANG, s.address + RUSAGE);
                if (reaped == 0) {
                    return null;
                }
                if (reaped > 0) {
                    return status(reaped, s.bytes);
                }
            } while (s.errno() == Errno.EINTR);
            throw failure("wait4", pid, s.errno());
        }
    }

    private static int statusWord(ByteBuffer info) {
        int status = info.getInt(SI_STATUS);
        int code = info.getInt(SI_CODE);
        if (code == CLD_EXITED) {
            return (status & 0xff) << 8;
        }
        return code == CLD_DUMPED ? status | WaitStatus.CORE_FLAG : status;
    }

    private static WaitStatus status(int pid, ByteBuffer memory) {
        long maxRss = memory.getLong(MAXRSS);
        return new WaitStatus(
                pid,
                memory.getInt(0),
                micros(memory, RUSAGE),
                micros(memory, STIME),
                Os.HOST == Os.MAC ? maxRss / 1024 : maxRss);
    }

    private static long micros(ByteBuffer memory, int timeval) {
        // An int on macOS, a long on Linux: little-endian, and below a million.
        return memory.getLong(timeval) * 1_000_000 + memory.getInt(timeval + 8);
    }

    private static IOException failure(String call, long pid, int errno) {
        if (errno == Errno.ECHILD) {
            return new NoChildException(call + "(" + pid + "): " + Errno.describe(errno));
        }
        return Errno.exception(call, pid, errno);
    }

    private static void checkPid(long pid) {
        // Others address groups of processes, or all.
        if (pid <= 0 || pid > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("A process id must be positive: " + pid);
        }
    }
}

package io.asyncio4j.os;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A write lease on a file, {@code fcntl(2)}: whoever opens or executes that file hangs until the
 * lease is released, as if the file system were slow. Linux only, and not on every file system.
 */
public final class FileLease implements AutoCloseable {
    private static final int F_SETSIG = 10;
    private static final int F_SETLEASE = 1024;
    private static final int F_GETLEASE = 1025;
    private static final int F_WRLCK = 1;
    private static final int F_UNLCK = 2;
    private static final int SIGURG = 23;

    private static final NativeFunction FCNTL = Libc.variadic("fcntl", 2);

    private final int fd;
    private boolean released;

    private FileLease(int fd) {
        this.fd = fd;
    }

    public static FileLease take(Path file) throws IOException {
        var lease = new FileLease(FdTable.open(file.toString(), FdTable.O_RDONLY, 0));
        try {
            // Told of whoever waits by a signal that means nothing; SIGIO would end the JVM.
            lease.fcntl(F_SETSIG, SIGURG);
            lease.fcntl(F_SETLEASE, F_WRLCK);
            return lease;
        } catch (IOException e) {
            FdTable.close(lease.fd);
            throw e;
        }
    }

    /** Whether somebody hangs. */
    public boolean isWaitedFor() throws IOException {
        return fcntl(F_GETLEASE, 0) != F_WRLCK;
    }

    public void awaitWaiter() throws IOException {
        while (!isWaitedFor()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    @Override
    public void close() throws IOException {
        if (!released) {
            released = true;
            try {
                fcntl(F_SETLEASE, F_UNLCK);
            } finally {
                FdTable.close(fd);
            }
        }
    }

    private int fcntl(int command, int argument) throws IOException {
        try (Scratch s = Scratch.take()) {
            int r = (int) FCNTL.call(s, fd, command, argument);
            if (r < 0) {
                throw Errno.exception("fcntl", fd, s.errno());
            }
            return r;
        }
    }
}

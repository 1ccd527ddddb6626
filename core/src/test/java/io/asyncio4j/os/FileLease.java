package io.asyncio4j.os;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A write lease on a file, {@code fcntl(2)}: whoever opens or executes that file hangs until the
 * lease is released, as if the file system were slow. Linux only, and not on every file system.
 */
public final class FileLease implements AutoCloseable {
    private static final int F_SETSIG = 10;
    private static final int F_SETLEASE = 1024;
    private static final int F_WRLCK = 1;
    private static final int F_UNLCK = 2;
    private static final int SIGURG = 23;
    private static final Path LOCKS = Path.of("/proc/locks");

    private static final NativeFunction FCNTL = Libc.variadic("fcntl", 2);

    private final int fd;
    private final Object inode;
    private boolean released;

    private FileLease(int fd, Object inode) {
        this.fd = fd;
        this.inode = inode;
    }

    public static FileLease take(Path file) throws IOException {
        Object inode = Files.getAttribute(file, "unix:ino");
        var lease = new FileLease(FdTable.open(file.toString(), FdTable.O_RDONLY, 0), inode);
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

    /** How many hang; who only asked does not count: {@code proc_locks(5)}. */
    public long waiters() throws IOException {
        List<String> locks = Files.readAllLines(LOCKS);
        return locks.stream()
                .filter(line -> line.contains(" LEASE ") && line.contains(":" + inode + " "))
                .map(line -> line.substring(0, line.indexOf(' ')) + " -> ")
                .flatMap(waiter -> locks.stream().filter(line -> line.startsWith(waiter)))
                .count();
    }

    public boolean isWaitedFor() throws IOException {
        return waiters() > 0;
    }

    public void awaitWaiter() throws IOException {
        awaitWaiters(1);
    }

    public void awaitWaiters(int count) throws IOException {
        while (waiters() < count) {
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

    private void fcntl(int command, int argument) throws IOException {
        try (Scratch s = Scratch.take()) {
            if ((int) FCNTL.call(s, fd, command, argument) < 0) {
                throw Errno.exception("fcntl", fd, s.errno());
            }
        }
    }
}

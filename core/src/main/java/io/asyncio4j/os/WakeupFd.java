package io.asyncio4j.os;

import java.io.IOException;

/**
 * A descriptor that becomes readable when another thread signals it: an {@code eventfd(2)}, or a
 * pipe where there is none.
 */
public final class WakeupFd implements AutoCloseable {
    private static final NativeFunction EVENTFD = Libc.function("eventfd");

    private final NativeBuffer sent = NativeBuffer.allocate(Long.BYTES);
    private final NativeBuffer drained = NativeBuffer.allocate(64);
    private final int readEnd;
    private final int writeEnd;

    // Signalling and closing exclude each other: after the close, the number may belong to another
    // descriptor.
    private final Object lock = new Object();
    private boolean closed;

    /** Opens the descriptor. */
    public WakeupFd() throws IOException {
        sent.bytes().putLong(0, 1L);
        if (EVENTFD.isPresent()) {
            try (Scratch s = Scratch.take()) {
                int fd = (int) EVENTFD.call(s, 0, FdTable.O_CLOEXEC | FdTable.O_NONBLOCK);
                if (fd < 0) {
                    throw Errno.exception("eventfd", "", s.errno());
                }
                readEnd = FdTable.aboveStandard(fd);
                writeEnd = readEnd;
            }
        } else {
            FdPair pipe = FdTable.pipe(true, true);
            readEnd = pipe.readEnd();
            writeEnd = pipe.writeEnd();
        }
    }

    /** The descriptor to wait on for reading. */
    public int fd() {
        return readEnd;
    }

    /** Makes it readable. From any thread; a no-op after the close. */
    public void signal() {
        synchronized (lock) {
            if (!closed) {
                try {
                    // WOULD_BLOCK means that it is full of signals: readable is what it should be.
                    var _ = Fds.write(writeEnd, sent, 0, Long.BYTES);
                } catch (IOException e) {
                    throw new IllegalStateException(
                            "Cannot wake up the selector: signalling its descriptor failed", e);
                }
            }
        }
    }

    /** Makes it unreadable until the next signal. For the thread that waits on it. */
    public void drain() throws IOException {
        int n;
        do {
            n = Fds.read(readEnd, drained, 0, drained.size());
        } while (n == drained.size());
    }

    @Override
    public void close() {
        synchronized (lock) {
            if (!closed) {
                closed = true;
                FdTable.closeQuietly(readEnd);
                if (writeEnd != readEnd) {
                    FdTable.closeQuietly(writeEnd);
                }
            }
        }
    }
}

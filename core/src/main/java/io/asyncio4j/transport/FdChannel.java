package io.asyncio4j.transport;

import io.asyncio4j.os.Errno;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/**
 * A non-blocking descriptor for {@code read(2)} and {@code write(2)}. It is closed once: its number
 * is somebody else's then.
 */
final class FdChannel implements ReadyChannel {
    private final int fd;
    private boolean closed;

    FdChannel(int fd) {
        this.fd = fd;
    }

    @Override
    public int fd() {
        return fd;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        requireOpen();
        try {
            return Fds.read(fd, dst);
        } catch (IOException e) {
            // How the controlling end of a pseudo-terminal hears that nobody has the other open.
            if (Errno.is(e, Errno.EIO)) {
                return EOF;
            }
            throw e;
        }
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        requireOpen();
        return Fds.write(fd, src);
    }

    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    boolean isClosed() {
        return closed;
    }

    /** Leaves the descriptor open, to its owner. */
    void abandon() {
        closed = true;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            FdTable.closeQuietly(fd);
        }
    }
}

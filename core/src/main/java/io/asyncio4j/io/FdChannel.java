package io.asyncio4j.io;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.BufferAddress;
import io.asyncio4j.os.Errno;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.os.NativeBuffer;
import io.asyncio4j.selector.Selector;
import io.asyncio4j.transport.Pipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;

/**
 * A descriptor, non-blocking for {@code read(2)} and {@code write(2)}, or blocking for operations
 * that the kernel completes, which fail instead of waiting otherwise. A blocking one is written
 * without waiting where the kernel can do that; elsewhere each write would have to wait.
 */
final class FdChannel implements ReadyChannel {
    private final Pipe pipe;
    private final int fd;
    private final boolean nonBlocking;
    private boolean takesNoneNow;
    private final BufferAddress lent = new BufferAddress();
    private final BufferAddress written = new BufferAddress();
    private boolean closed;

    /**
     * Makes the descriptor non-blocking, or blocking.
     *
     * @throws IOException if the descriptor is not open
     */
    FdChannel(Pipe pipe, boolean nonBlocking) throws IOException {
        this.pipe = pipe;
        this.fd = pipe.fd();
        this.nonBlocking = nonBlocking;
        FdTable.setNonBlocking(fd, nonBlocking);
    }

    int fd() {
        return fd;
    }

    @Override
    public Selector.Key register(Selector selector, int ops, Selector.Listener listener)
            throws IOException {
        return selector.register(fd, ops, listener);
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        requireOpen();
        try {
            return Fds.read(fd, dst, lent);
        } catch (IOException e) {
            return readFailed(e);
        }
    }

    @Override
    public int read(NativeBuffer dst) throws IOException {
        requireOpen();
        ByteBuffer bytes = dst.bytes();
        int n;
        try {
            n = Fds.read(fd, dst, bytes.position(), bytes.remaining());
        } catch (IOException e) {
            return readFailed(e);
        }
        if (n > 0) {
            bytes.position(bytes.position() + n);
        }
        return n;
    }

    private static int readFailed(IOException e) throws IOException {
        // The controlling end of a pseudo-terminal reports this when no process has the other end
        // open.
        if (Errno.is(e, Errno.EIO)) {
            return EOF;
        }
        throw e;
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        requireOpen();
        if (takesNoneNow) {
            return WOULD_BLOCK;
        }
        try {
            return Fds.write(fd, src, written, !nonBlocking);
        } catch (IOException e) {
            return refused(e);
        }
    }

    @Override
    public int write(NativeBuffer src) throws IOException {
        requireOpen();
        if (takesNoneNow) {
            return WOULD_BLOCK;
        }
        ByteBuffer bytes = src.bytes();
        int n;
        try {
            n = Fds.write(fd, src, bytes.position(), bytes.remaining(), !nonBlocking);
        } catch (IOException e) {
            return refused(e);
        }
        if (n > 0) {
            bytes.position(bytes.position() + n);
        }
        return n;
    }

    /** Leaves it to the operations, if there are any: they work, or fail with the true reason. */
    private int refused(IOException e) throws IOException {
        if (nonBlocking) {
            throw e;
        }
        takesNoneNow = true;
        return WOULD_BLOCK;
    }

    @Override
    public boolean canShutdownOutput() {
        return FdTable.isSocket(fd);
    }

    @Override
    public void shutdownOutput() throws IOException {
        requireOpen();
        FdTable.shutdownOutput(fd);
    }

    @Override
    public boolean reportsHangUp() {
        // A terminal that no process has open may be opened and read again.
        return !FdTable.isTerminal(fd);
    }

    @Override
    public @Nullable Object extraInfo(String name) {
        return name.equals("pipe") ? pipe : null;
    }

    private void requireOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            FdTable.closeQuietly(fd);
        }
    }

    @Override
    public void abandon() {
        closed = true;
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public String toString() {
        return "fd=" + fd;
    }
}

package io.asyncio4j.transport;

import io.asyncio4j.os.Errno;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A descriptor for {@code read(2)} and {@code write(2)}.
 *
 * @param fd non-blocking
 */
record FdChannel(int fd) implements ReadyChannel {

    @Override
    public int read(ByteBuffer dst) throws IOException {
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
        return Fds.write(fd, src);
    }

    @Override
    public void close() {
        FdTable.closeQuietly(fd);
    }
}

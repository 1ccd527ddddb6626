package io.asyncio4j.child;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * An output of a {@code java.lang.Process}, as a channel that blocks. Closing it does not wake a
 * thread that reads.
 */
final class ProcessOutput implements ReadableByteChannel {
    private final InputStream stream;
    private volatile boolean closed;

    ProcessOutput(InputStream stream) {
        this.stream = stream;
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        int room = dst.remaining();
        if (!dst.hasArray()) {
            byte[] bytes = new byte[room];
            int n = stream.read(bytes);
            dst.put(bytes, 0, Math.max(0, n));
            return n;
        }
        int n = stream.read(dst.array(), dst.arrayOffset() + dst.position(), room);
        dst.position(dst.position() + Math.max(0, n));
        return n;
    }

    @Override
    public boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() throws IOException {
        closed = true;
        stream.close();
    }

    @Override
    public String toString() {
        return "output of a child";
    }
}

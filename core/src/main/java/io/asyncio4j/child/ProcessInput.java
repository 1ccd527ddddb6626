package io.asyncio4j.child;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * The input of a {@code java.lang.Process}, as a channel that blocks. Closing it does not wake a
 * thread that writes.
 */
final class ProcessInput implements WritableByteChannel {
    private final OutputStream stream;
    private volatile boolean closed;

    ProcessInput(OutputStream stream) {
        this.stream = stream;
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        int n = src.remaining();
        if (src.hasArray()) {
            stream.write(src.array(), src.arrayOffset() + src.position(), n);
            src.position(src.limit());
        } else {
            byte[] copy = new byte[n];
            src.get(copy);
            stream.write(copy);
        }
        stream.flush();
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
        return "standard input of a child";
    }
}

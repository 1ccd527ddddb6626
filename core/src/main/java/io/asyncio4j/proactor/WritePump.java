package io.asyncio4j.proactor;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.Channel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/**
 * Writes to a channel what one {@link Write} after the other brings, out of memory of its own: the
 * loop has its memory back at once when it cancels.
 */
final class WritePump extends Pump {
    private static final int SIZE = 64 * 1024;

    // Guarded by the port, except that the memory belongs to the thread while it is pending.
    private final ByteBuffer memory = ByteBuffer.allocate(SIZE);
    private boolean pending;
    private int written;
    private @Nullable IOException failure;
    private @Nullable Write write;

    WritePump(NioProactor proactor, Port port) {
        super(proactor, port);
    }

    /** Begins an operation. On the loop. */
    void start(Write operation) {
        ByteBuffer bytes = operation.memory().bytes();
        synchronized (port) {
            if (isOver(operation)) {
                return;
            }
            write = operation;
            if (pending) {
                // Of an operation that was cancelled: what it has written is not known.
                failure = new IOException("A write that was cancelled is still under way: " + port);
            } else if (failure == null) {
                int n = Math.min(bytes.remaining(), SIZE);
                memory.clear().put(0, bytes, bytes.position(), n).limit(n);
                written = 0;
                pending = true;
            }
        }
        if (failure != null) {
            proactor.post(this);
        }
        advance();
    }

    /** Ends the operation, whose completion is the caller's. On the loop. */
    void stop() {
        synchronized (port) {
            write = null;
        }
    }

    @Override
    @Nullable
    ByteBuffer next() {
        return pending && failure == null ? memory : null;
    }

    @Override
    int move(Channel channel, ByteBuffer bytes) throws IOException {
        return ((WritableByteChannel) channel).write(bytes);
    }

    @Override
    void begin(AsynchronousByteChannel channel, ByteBuffer bytes) {
        channel.write(bytes, bytes, this);
    }

    @Override
    void moved(int n, @Nullable IOException thrown) {
        pending = false;
        if (n >= 0) {
            written += n;
        } else {
            failure = Objects.requireNonNullElseGet(thrown, () -> new IOException("" + port));
        }
    }

    @Override
    void deliver() {
        Write to;
        int result;
        synchronized (port) {
            to = write;
            if (to == null || (written == 0 && failure == null)) {
                return;
            }
            write = null;
            result = failure == null ? written : Proactor.THREW;
            to.thrown = failure;
            written = 0;
        }
        proactor.completed(to, result);
    }
}

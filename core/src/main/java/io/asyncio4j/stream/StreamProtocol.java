package io.asyncio4j.stream;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.transport.Protocol;
import io.asyncio4j.transport.ReadTransport;
import io.asyncio4j.transport.WriteTransport;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Connects a transport to a reader and a writer.
 *
 * <pre>{@code
 * var protocol = new StreamProtocol(loop, 64 * 1024);
 * loop.connectReadPipe(() -> protocol, new Pipe(fd)).await();
 * String line = protocol.reader().readLine();
 * }</pre>
 */
public final class StreamProtocol implements Protocol {
    private final EventLoop loop;
    private final StreamReader reader;
    private @Nullable StreamWriter writer;

    /**
     * Creates a protocol for one transport.
     *
     * @param limit the limit of the reader, in bytes
     */
    public StreamProtocol(EventLoop loop, int limit) {
        this.loop = Objects.requireNonNull(loop, "loop");
        this.reader = new StreamReader(loop, limit);
    }

    /** Returns the reader; it stays empty if the transport cannot receive. */
    public StreamReader reader() {
        return reader;
    }

    /**
     * Returns the writer.
     *
     * @throws IllegalStateException before the transport is connected, or if it cannot send
     */
    public StreamWriter writer() {
        if (writer == null) {
            throw new IllegalStateException(
                    "There is no writer: the transport is not connected yet, or only receives");
        }
        return writer;
    }

    @Override
    public void connectionMade(BaseTransport transport) {
        if (transport instanceof ReadTransport receiving) {
            reader.setTransport(receiving);
        }
        if (transport instanceof WriteTransport sending) {
            writer = new StreamWriter(loop, sending);
        }
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        reader.feedData(data);
    }

    @Override
    public boolean eofReceived() {
        reader.feedEof();
        // A connection may be closed in one direction and continue in the other.
        return true;
    }

    @Override
    public void pauseWriting() {
        writer().pauseWriting();
    }

    @Override
    public void resumeWriting() {
        writer().resumeWriting();
    }

    @Override
    public void connectionLost(@Nullable Exception cause) {
        if (cause == null) {
            reader.feedEof();
        } else {
            reader.setException(cause);
        }
        if (writer != null) {
            writer.connectionLost(cause);
        }
    }
}

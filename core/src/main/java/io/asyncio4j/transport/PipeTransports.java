package io.asyncio4j.transport;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.os.FdTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Connects pipes to protocols: what {@link EventLoop#connectReadPipe} and {@link
 * EventLoop#connectWritePipe} stand on.
 *
 * <p>A pipe belongs to its transport once it is connected; when that fails, to the caller still.
 */
public final class PipeTransports {
    private PipeTransports() {}

    /** What connects, in a turn of the loop. */
    private interface Connector<T> {
        T connect() throws IOException;
    }

    /** Reads {@code pipe}, in the next iteration; the future fails if it cannot be watched. */
    public static Future<ReadTransport> connectRead(
            EventLoop loop, Supplier<? extends Protocol> factory, Pipe pipe) {
        Objects.requireNonNull(factory, "factory");
        return soon(
                loop,
                () -> {
                    ReadTransport transport = openRead(loop, factory.get(), pipe);
                    startReading(transport);
                    return transport;
                });
    }

    /** Writes {@code pipe}, in the next iteration; the future fails if it cannot be watched. */
    public static Future<WriteTransport> connectWrite(
            EventLoop loop, Supplier<? extends BaseProtocol> factory, Pipe pipe) {
        Objects.requireNonNull(factory, "factory");
        return soon(loop, () -> openWrite(loop, factory.get(), pipe));
    }

    /**
     * Connects the read end of a pipe now, in a turn of {@code loop}; {@code connectionMade} is
     * called before this returns. Nothing is read before {@link #startReading}.
     *
     * @throws IOException if the descriptor is not open
     */
    public static ReadTransport openRead(EventLoop loop, Protocol protocol, Pipe pipe)
            throws IOException {
        FdTable.setNonBlocking(pipe.fd(), true);
        var transport = new PipeReadTransport(loop, protocol, pipe);
        protocol.connectionMade(transport);
        return transport;
    }

    /**
     * Lets a transport of {@link #openRead} read, unless it was paused or closed meanwhile.
     *
     * @throws IOException if the descriptor is of a kind that cannot be watched, a regular file
     */
    public static void startReading(ReadTransport transport) throws IOException {
        try {
            ((PipeReadTransport) transport).start();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    /**
     * Connects the write end of a pipe now, in a turn of {@code loop}; {@code connectionMade} is
     * called before this returns.
     *
     * @throws IOException if the descriptor is not open, or of a kind that cannot be watched
     */
    public static WriteTransport openWrite(EventLoop loop, BaseProtocol protocol, Pipe pipe)
            throws IOException {
        FdTable.setNonBlocking(pipe.fd(), true);
        var transport = new PipeWriteTransport(loop, protocol, pipe);
        try {
            transport.start();
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        protocol.connectionMade(transport);
        return transport;
    }

    private static <T> Future<T> soon(EventLoop loop, Connector<T> connector) {
        Future<T> future = loop.createFuture();
        loop.callSoon(() -> {
            if (future.isDone()) {
                return;
            }
            try {
                future.setResult(connector.connect());
            } catch (IOException | RuntimeException e) {
                future.setException(e);
            }
        });
        return future;
    }
}

package io.asyncio4j.transport;

import io.asyncio4j.EventLoop;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.Future;
import io.asyncio4j.Warnings;
import io.asyncio4j.annotation.Nullable;
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

    /**
     * Reads {@code pipe}, in the next iteration; the future fails if it cannot be watched. It is
     * closed with the loop, if not before; debug mode reports it then, or once nobody refers to the
     * transport.
     */
    public static Future<ReadTransport> connectRead(
            EventLoop loop, Supplier<? extends Protocol> factory, Pipe pipe) {
        Objects.requireNonNull(factory, "factory");
        String place = place(loop);
        return soon(
                loop,
                () -> {
                    ReadTransport transport = openRead(loop, factory.get(), pipe);
                    startReading(transport);
                    return reported(transport, place);
                });
    }

    /** Writes {@code pipe}, otherwise as {@link #connectRead}. */
    public static Future<WriteTransport> connectWrite(
            EventLoop loop, Supplier<? extends BaseProtocol> factory, Pipe pipe) {
        Objects.requireNonNull(factory, "factory");
        String place = place(loop);
        return soon(loop, () -> reported(openWrite(loop, factory.get(), pipe), place));
    }

    private static @Nullable String place(EventLoop loop) {
        return loop.getDebug() ? Warnings.callerPlace() : null;
    }

    private static <T extends Transport> T reported(T made, @Nullable String place) {
        if (place != null && made instanceof PipeTransport transport) {
            transport.open.reportUnclosed(transport, place);
        }
        return made;
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
        try {
            protocol.connectionMade(transport);
            transport.open.open();
        } catch (Throwable e) {
            transport.abandon();
            throw e;
        }
        return transport;
    }

    /**
     * Lets a transport of {@link #openRead} read, unless it was paused or closed meanwhile.
     *
     * @throws IOException if the descriptor is of a kind that cannot be watched, a regular file
     */
    public static void startReading(ReadTransport transport) throws IOException {
        var reading = (PipeReadTransport) transport;
        try {
            reading.start();
        } catch (UncheckedIOException e) {
            reading.abandon();
            throw e.getCause();
        } catch (Throwable e) {
            reading.abandon();
            throw e;
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
            protocol.connectionMade(transport);
            transport.open.open();
        } catch (Throwable e) {
            // Left watched, the number would be taken for this pipe when it is used again.
            transport.abandon();
            throw e;
        }
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
            } catch (Throwable e) {
                future.setException(e);
                if (ExceptionContext.mustPropagate(e)) {
                    throw (Error) e;
                }
            }
        });
        return future;
    }
}

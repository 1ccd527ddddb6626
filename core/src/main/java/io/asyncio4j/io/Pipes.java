package io.asyncio4j.io;

import io.asyncio4j.EventLoop;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.CallerPlace;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.ReadTransport;
import io.asyncio4j.transport.ReceivingProtocol;
import io.asyncio4j.transport.WriteTransport;
import java.io.IOException;
import java.util.Objects;
import java.util.function.Supplier;

/**
 * Connects pipes to protocols, for {@link EventLoop#connectReadPipe} and {@link
 * EventLoop#connectWritePipe}.
 *
 * <p>Once connected, a pipe belongs to its transport; if connecting fails, it still belongs to the
 * caller.
 */
public final class Pipes {
    private Pipes() {}

    /** Code that connects, in a turn of the loop. */
    private interface Connector<T> {
        T connect() throws IOException;
    }

    /**
     * Connects the read end in the next iteration; the future fails if the descriptor cannot be
     * watched.
     */
    public static Future<ReadTransport> connectRead(
            EventLoop loop,
            Engine engine,
            Supplier<? extends ReceivingProtocol> factory,
            Pipe pipe) {
        Objects.requireNonNull(factory, "protocolFactory");
        String place = place(loop);
        return soon(
                loop,
                () -> {
                    var transport = openRead(loop, engine, protocol(factory), pipe);
                    transport.startReading();
                    return reported(transport, place);
                });
    }

    /** Connects the write end; otherwise as {@link #connectRead}. */
    public static Future<WriteTransport> connectWrite(
            EventLoop loop, Engine engine, Supplier<? extends BaseProtocol> factory, Pipe pipe) {
        Objects.requireNonNull(factory, "protocolFactory");
        String place = place(loop);
        return soon(loop, () -> reported(openWrite(loop, engine, protocol(factory), pipe), place));
    }

    /**
     * Connects the read end of a pipe now, in a turn of {@code loop}. Nothing is received before
     * {@link StreamTransport#startReading}.
     *
     * @throws IOException if the descriptor is not open
     */
    public static StreamTransport.Receiving openRead(
            EventLoop loop, Engine engine, ReceivingProtocol protocol, Pipe pipe)
            throws IOException {
        Endpoint endpoint = engine.open(pipe);
        StreamTransport.Receiving transport;
        try {
            transport = new StreamTransport.Receiving(loop, endpoint, protocol);
        } catch (Throwable e) {
            endpoint.release();
            throw e;
        }
        transport.connect();
        return transport;
    }

    /**
     * Connects the write end of a pipe now, in a turn of {@code loop}.
     *
     * @throws IOException if the descriptor is not open or cannot be waited for
     */
    public static StreamTransport.Sending openWrite(
            EventLoop loop, Engine engine, BaseProtocol protocol, Pipe pipe) throws IOException {
        Endpoint endpoint = engine.open(pipe);
        StreamTransport.Sending transport;
        try {
            transport = new StreamTransport.Sending(loop, endpoint, protocol);
        } catch (Throwable e) {
            endpoint.release();
            throw e;
        }
        transport.connect();
        return transport;
    }

    private static <P extends BaseProtocol> P protocol(Supplier<P> factory) {
        return Objects.requireNonNull(factory.get(), "the protocol that protocolFactory returned");
    }

    private static @Nullable String place(EventLoop loop) {
        return loop.getDebug() ? CallerPlace.find() : null;
    }

    private static <T extends StreamTransport> T reported(T made, @Nullable String place) {
        if (place != null) {
            made.reportUnclosed(place);
        }
        return made;
    }

    private static <T> Future<T> soon(EventLoop loop, Connector<? extends T> connector) {
        Future<T> future = loop.createFuture();
        loop.callSoon(() -> {
            if (future.isDone()) {
                return;
            }
            try {
                future.setResult(connector.connect());
            } catch (Throwable e) {
                future.setException(e);
                if (e instanceof Error error && ExceptionContext.mustPropagate(error)) {
                    throw error;
                }
            }
        });
        return future;
    }
}

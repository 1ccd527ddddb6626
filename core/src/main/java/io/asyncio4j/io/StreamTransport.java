package io.asyncio4j.io;

import io.asyncio4j.EventLoop;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Errno;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.transport.BufferedProtocol;
import io.asyncio4j.transport.Protocol;
import io.asyncio4j.transport.ReadTransport;
import io.asyncio4j.transport.ReceivingProtocol;
import io.asyncio4j.transport.Transport;
import io.asyncio4j.transport.WriteTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Objects;

/**
 * Moves a stream of bytes between a protocol and an endpoint of an engine, in one direction or
 * both. It is the only stream transport: pipes, terminals and sockets differ in their endpoints,
 * I/O models in their engines.
 *
 * <pre>
 *   open --close--> closing: input stopped, output flushed --+--> lost: both halves are stopping
 *     \--- end of an input alone, failure, abort ------------+          |
 *                                  both stopped: endpoint closed, connectionLost in the next iteration
 * </pre>
 *
 * <p>Used in turns of its loop only.
 */
public abstract sealed class StreamTransport implements BaseTransport {
    private static final int DEFAULT_HIGH = 64 * 1024;

    private final EventLoop loop;
    private final Endpoint endpoint;
    private final @Nullable Inlet inlet;
    private final @Nullable Outlet outlet;
    private BaseProtocol protocol;

    private int high = DEFAULT_HIGH;
    private int low = DEFAULT_HIGH / 4;
    private boolean writingPaused;
    private boolean outputEnded;
    private boolean closing;
    private boolean lost;
    private int stopping;
    private @Nullable Exception cause;

    @SuppressWarnings("this-escape") // the halves report nothing before they are started
    private StreamTransport(
            EventLoop loop,
            Endpoint endpoint,
            BaseProtocol protocol,
            boolean receives,
            boolean sends) {
        this.loop = loop;
        this.endpoint = endpoint;
        this.protocol = checked(protocol, receives);
        this.inlet = receives ? endpoint.inlet(new Input()) : null;
        this.outlet = sends ? endpoint.outlet(new Output()) : null;
    }

    /** A transport that receives. */
    public static final class Receiving extends StreamTransport implements ReadTransport {
        /** Creates a transport, to be {@linkplain #connect connected}. */
        public Receiving(EventLoop loop, Endpoint endpoint, ReceivingProtocol protocol) {
            super(loop, endpoint, protocol, true, false);
        }
    }

    /** A transport that sends. */
    public static final class Sending extends StreamTransport implements WriteTransport {
        /** Creates a transport, to be {@linkplain #connect connected}. */
        public Sending(EventLoop loop, Endpoint endpoint, BaseProtocol protocol) {
            super(loop, endpoint, protocol, false, true);
        }
    }

    /** A transport in both directions. */
    public static final class Duplex extends StreamTransport implements Transport {
        /** Creates a transport, to be {@linkplain #connect connected}. */
        public Duplex(EventLoop loop, Endpoint endpoint, ReceivingProtocol protocol) {
            super(loop, endpoint, protocol, true, true);
        }
    }

    // Beginning

    /**
     * Connects to the protocol: calls {@code connectionMade}. Nothing is received before {@link
     * #startReading}. If this throws, the descriptor still belongs to the caller.
     *
     * @throws IOException if the descriptor cannot be waited for
     */
    public final void connect() throws IOException {
        try {
            if (inlet == null) {
                output().detectHangUp();
            }
            protocol.connectionMade(this);
        } catch (Throwable e) {
            disown();
            throw e;
        }
    }

    /**
     * Starts receiving, unless this was paused or closed before. If this throws, the descriptor
     * still belongs to the caller.
     *
     * @throws IOException if the descriptor cannot be waited for
     */
    public final void startReading() throws IOException {
        try {
            if (!closing) {
                input().start();
            }
        } catch (Throwable e) {
            disown();
            throw e;
        }
    }

    /** Returns the descriptor to the caller, and calls the protocol no more. */
    private void disown() {
        if (!lost) {
            lost = true;
            closing = true;
            stopHalves(endpoint::release);
        }
    }

    /** Reports this transport if it is never closed; {@code place} is where it was created. */
    public final void reportUnclosed(String place) {
        endpoint.reportUnclosed(this, describe(), place);
    }

    // Receiving

    private Inlet input() {
        return Objects.requireNonNull(inlet, "a transport that only sends has no input");
    }

    public final void pauseReading() {
        input().pause();
    }

    public final void resumeReading() {
        if (!closing) {
            input().resume();
        }
    }

    public final boolean isReading() {
        return !closing && input().isReceiving();
    }

    private final class Input implements Inlet.Listener {

        @Override
        public @Nullable ByteBuffer lend() {
            if (!(protocol instanceof BufferedProtocol lender)) {
                return null;
            }
            try {
                ByteBuffer lent = lender.getBuffer(-1);
                if (lent.hasRemaining()) {
                    return lent;
                }
                throw new IllegalStateException(
                        "getBuffer returned a buffer without room: " + lent);
            } catch (Throwable e) {
                protocolFailed("getBuffer", e);
                return null;
            }
        }

        @Override
        public void received(ByteBuffer data) {
            // The protocol that received this memory last may have changed it.
            data.order(ByteOrder.BIG_ENDIAN);
            // The try is written out, here and below: a lambda would be allocated for each call.
            try {
                ((Protocol) protocol).dataReceived(data);
            } catch (Throwable e) {
                protocolFailed("dataReceived", e);
            }
        }

        @Override
        public void filled(int n) {
            try {
                ((BufferedProtocol) protocol).bufferUpdated(n);
            } catch (Throwable e) {
                protocolFailed("bufferUpdated", e);
            }
        }

        @Override
        public void ended() {
            if (outlet == null) {
                closing = true;
            }
            boolean keepOpen = eofReceived();
            if (outlet == null) {
                lose(null);
            } else if (!keepOpen) {
                close();
            } else if (!closing) {
                goOnSending(outlet);
            }
        }

        private boolean eofReceived() {
            try {
                return ((ReceivingProtocol) protocol).eofReceived();
            } catch (Throwable e) {
                protocolFailed("eofReceived", e);
                return false;
            }
        }

        @Override
        public void failed(IOException e) {
            lose(e);
        }
    }

    /**
     * Detects the hang-up: at the end of the input, nothing else shows that the reader has closed.
     */
    private void goOnSending(Outlet output) {
        try {
            output.detectHangUp();
        } catch (IOException e) {
            lose(e);
        }
    }

    // Sending

    private Outlet output() {
        return Objects.requireNonNull(outlet, "a transport that only receives has no output");
    }

    public final void write(ByteBuffer data) {
        if (maySend()) {
            output().write(data);
            checkMarks();
        }
    }

    public final void writeLines(Iterable<ByteBuffer> parts) {
        if (maySend()) {
            var all = new ArrayList<ByteBuffer>();
            for (ByteBuffer part : parts) {
                all.add(Objects.requireNonNull(part, "part"));
            }
            // Only now, when nothing can fail half-way.
            output().writeAll(all);
            checkMarks();
        }
    }

    private boolean maySend() {
        if (outputEnded && !lost) {
            throw new IllegalStateException("Cannot write after writeEof: " + this);
        }
        return !isClosing();
    }

    public final void writeEof() {
        if (closing || outputEnded) {
            return;
        }
        if (inlet == null) {
            close();
        } else if (endpoint.canShutdownOutput()) {
            outputEnded = true;
            output().shutdown();
        } else {
            throw new UnsupportedOperationException(
                    "The output cannot be ended alone; close the transport: " + this);
        }
    }

    public final boolean canWriteEof() {
        return inlet == null || endpoint.canShutdownOutput();
    }

    public final long getWriteBufferSize() {
        return output().queued();
    }

    public final void setWriteBufferLimits(int newLow, int newHigh) {
        if (newLow < 0 || newLow > newHigh) {
            throw new IllegalArgumentException(
                    "The marks must satisfy 0 <= low <= high: low " + newLow + ", high " + newHigh);
        }
        low = newLow;
        high = newHigh;
        checkMarks();
    }

    public final int getLowWaterMark() {
        return low;
    }

    public final int getHighWaterMark() {
        return high;
    }

    private void checkMarks() {
        if (lost) {
            return;
        }
        long queued = output().queued();
        if (!writingPaused && queued > high) {
            writingPaused = true;
            try {
                protocol.pauseWriting();
            } catch (Throwable e) {
                protocolFailed("pauseWriting", e);
            }
        } else if (writingPaused && queued <= low) {
            writingPaused = false;
            try {
                protocol.resumeWriting();
            } catch (Throwable e) {
                protocolFailed("resumeWriting", e);
            }
        }
    }

    private final class Output implements Outlet.Listener {

        @Override
        public void progressed() {
            checkMarks();
            // The resumed protocol may have written more.
            if (closing && output().queued() == 0) {
                lose(null);
            }
        }

        @Override
        public void hungUp() {
            lose(
                    output().queued() == 0
                            ? null
                            : new IOException(
                                    "The reader has gone while "
                                            + output().queued()
                                            + " bytes were waiting to be sent: "
                                            + Errno.describe(Errno.EPIPE)));
        }

        @Override
        public void failed(IOException e) {
            lose(e);
        }
    }

    // Ending

    @Override
    public final void close() {
        if (closing) {
            return;
        }
        closing = true;
        if (outlet == null || outlet.queued() == 0) {
            lose(null);
        } else if (inlet != null) {
            inlet.pause();
        }
    }

    public final void abort() {
        lose(null);
    }

    @Override
    public final boolean isClosing() {
        return closing || endpoint.isClosed();
    }

    private void lose(@Nullable Exception why) {
        if (lost) {
            return;
        }
        lost = true;
        closing = true;
        cause = why;
        stopHalves(this::stopped);
    }

    private void stopHalves(Runnable whenBothStopped) {
        stopping = (inlet == null ? 0 : 1) + (outlet == null ? 0 : 1);
        Runnable whenStopped =
                () -> {
                    if (--stopping == 0) {
                        whenBothStopped.run();
                    }
                };
        if (inlet != null) {
            inlet.stop(whenStopped);
        }
        if (outlet != null) {
            outlet.stop(whenStopped);
        }
    }

    private void stopped() {
        endpoint.close();
        if (!loop.isClosed()) {
            loop.callSoon(() -> protocol.connectionLost(cause));
        }
    }

    // The protocol

    @Override
    public final BaseProtocol getProtocol() {
        return protocol;
    }

    @Override
    public final void setProtocol(BaseProtocol newProtocol) {
        protocol = checked(newProtocol, inlet != null);
    }

    private static BaseProtocol checked(BaseProtocol protocol, boolean receives) {
        Objects.requireNonNull(protocol, "protocol");
        if (receives
                && !(protocol instanceof Protocol)
                && !(protocol instanceof BufferedProtocol)) {
            throw new IllegalArgumentException(
                    protocol
                            + " cannot receive data: it is neither a "
                            + Protocol.class.getName()
                            + " nor a "
                            + BufferedProtocol.class.getName());
        }
        return protocol;
    }

    /** Reports that the protocol has thrown, and aborts the transport. */
    private void protocolFailed(String event, Throwable e) {
        if (e instanceof Error error && ExceptionContext.mustPropagate(error)) {
            lose(new IllegalStateException(error));
            throw error;
        }
        loop.callExceptionHandler(
                new ExceptionContext("Protocol failed in " + event, e)
                        .with("transport", this)
                        .with("protocol", protocol));
        lose(e instanceof Exception exception ? exception : new IllegalStateException(e));
    }

    @Override
    public final @Nullable Object getExtraInfo(String name) {
        return endpoint.extraInfo(name);
    }

    @Override
    public final String toString() {
        return "<" + describe() + (lost ? " closed" : closing ? " closing" : " open") + ">";
    }

    private String describe() {
        String kind =
                outlet == null
                        ? "ReadTransport "
                        : inlet == null ? "WriteTransport " : "Transport ";
        return kind + endpoint;
    }
}

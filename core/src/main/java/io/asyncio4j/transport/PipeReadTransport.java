package io.asyncio4j.transport;

import io.asyncio4j.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Receives from the read end of a pipe. */
final class PipeReadTransport extends PipeTransport
        implements ReadTransport, ReadinessReader.Listener {
    private final ReadinessReader reader;
    private Protocol protocol;

    PipeReadTransport(EventLoop loop, Protocol protocol, Pipe pipe) {
        super(loop, protocol, pipe);
        this.protocol = protocol;
        this.reader = new ReadinessReader(loop, channel, this);
    }

    void start() {
        reader.start();
    }

    @Override
    public void pauseReading() {
        reader.pause();
    }

    @Override
    public void resumeReading() {
        reader.resume();
    }

    @Override
    public boolean isReading() {
        return reader.isReading();
    }

    @Override
    public void close() {
        lose(null);
    }

    @Override
    public void setProtocol(BaseProtocol newProtocol) {
        if (!(newProtocol instanceof Protocol receiver)) {
            throw new IllegalArgumentException(
                    newProtocol + " cannot receive data: it is not a " + Protocol.class.getName());
        }
        super.setProtocol(newProtocol);
        protocol = receiver;
    }

    @Override
    public void received(ByteBuffer data) {
        tell("dataReceived", () -> protocol.dataReceived(data));
    }

    @Override
    public void ended() {
        closing = true;
        tell("eofReceived", protocol::eofReceived);
        lose(null);
    }

    @Override
    public void readFailed(IOException cause) {
        lose(cause);
    }

    @Override
    void unwatch() {
        reader.stop();
    }
}

package io.asyncio4j.io;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.proactor.Port;
import io.asyncio4j.transport.Pipe;
import java.io.IOException;
import java.nio.channels.AsynchronousSocketChannel;
import java.nio.channels.Channel;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.util.Objects;

/** A channel whose bytes a proactor moves, in threads that wait or by completions of its own. */
final class PortChannel implements OpenChannel {
    private final Pipe pipe;
    private final Channel channel;
    private final Port port;

    /**
     * Makes the channel blocking.
     *
     * @throws IOException if the channel is not open
     */
    PortChannel(Pipe pipe) throws IOException {
        this.pipe = pipe;
        this.channel = Objects.requireNonNull(pipe.channel());
        this.port = Port.of(channel);
        if (!channel.isOpen()) {
            throw new ClosedChannelException();
        }
        if (channel instanceof SelectableChannel selectable) {
            selectable.configureBlocking(true);
        }
    }

    Port port() {
        return port;
    }

    @Override
    public boolean canShutdownOutput() {
        return channel instanceof SocketChannel || channel instanceof AsynchronousSocketChannel;
    }

    @Override
    public void shutdownOutput() throws IOException {
        if (channel instanceof SocketChannel socket) {
            socket.shutdownOutput();
        } else {
            ((AsynchronousSocketChannel) channel).shutdownOutput();
        }
    }

    /** Nothing tells that alone of a channel; the next write fails. */
    @Override
    public boolean reportsHangUp() {
        return false;
    }

    @Override
    public @Nullable Object extraInfo(String name) {
        return name.equals("pipe") ? pipe : null;
    }

    @Override
    public void close() {
        port.close();
    }

    /** Closes it: a channel knows whether it is open, and its number cannot have been reused. */
    @Override
    public void abandon() {
        close();
    }

    @Override
    public boolean isClosed() {
        return port.isClosed() || !channel.isOpen();
    }

    @Override
    public String toString() {
        return channel.getClass().getSimpleName();
    }
}

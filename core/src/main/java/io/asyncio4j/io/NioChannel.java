package io.asyncio4j.io;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeBuffer;
import io.asyncio4j.selector.Selector;
import io.asyncio4j.transport.Pipe;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;

/** A non-blocking channel of {@code java.nio}. */
final class NioChannel implements ReadyChannel {
    private final Pipe pipe;
    private final SelectableChannel channel;

    /**
     * Makes the channel non-blocking.
     *
     * @throws IOException if the channel is not open
     * @throws UnsupportedOperationException if no selector can wait for the channel
     */
    NioChannel(Pipe pipe) throws IOException {
        if (!(pipe.channel() instanceof SelectableChannel selectable)) {
            throw new UnsupportedOperationException(
                    "A selector loop cannot wait for "
                            + pipe.channel()
                            + ", which is not a "
                            + SelectableChannel.class.getName()
                            + "; use the portable ProactorEventLoop, or copy its bytes through a"
                            + " java.nio.channels.Pipe in a thread");
        }
        this.pipe = pipe;
        this.channel = selectable;
        channel.configureBlocking(false);
    }

    @Override
    public Selector.Key register(Selector selector, int ops, Selector.Listener listener)
            throws IOException {
        return selector.register(channel, ops, listener);
    }

    @Override
    public int read(ByteBuffer dst) throws IOException {
        int n = ((ReadableByteChannel) channel).read(dst);
        return n == 0 ? WOULD_BLOCK : n;
    }

    @Override
    public int read(NativeBuffer dst) throws IOException {
        return read(dst.bytes());
    }

    @Override
    public int write(ByteBuffer src) throws IOException {
        int n = ((WritableByteChannel) channel).write(src);
        return n == 0 ? WOULD_BLOCK : n;
    }

    @Override
    public int write(NativeBuffer src) throws IOException {
        return write(src.bytes());
    }

    @Override
    public boolean canShutdownOutput() {
        return channel instanceof SocketChannel;
    }

    @Override
    public void shutdownOutput() throws IOException {
        ((SocketChannel) channel).shutdownOutput();
    }

    @Override
    public boolean reportsHangUp() {
        return true;
    }

    @Override
    public @Nullable Object extraInfo(String name) {
        return name.equals("pipe") ? pipe : null;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            System.getLogger("io.asyncio4j")
                    .log(System.Logger.Level.DEBUG, "closing " + channel + " failed", e);
        }
    }

    /** Closes it: a channel knows whether it is open, and its number cannot have been reused. */
    @Override
    public void abandon() {
        close();
    }

    @Override
    public boolean isClosed() {
        return !channel.isOpen();
    }

    @Override
    public String toString() {
        return channel.getClass().getSimpleName();
    }
}

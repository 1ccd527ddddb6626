package io.asyncio4j.proactor;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.Channel;
import java.nio.channels.FileChannel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/**
 * What operations read and write: a descriptor, or a channel.
 *
 * <p>A channel is used by threads that wait. It is closed when none of them is inside, unless it
 * belongs to {@code java.nio}, where closing ends their wait: closing a stream would let the system
 * reuse its descriptor under the thread that reads it.
 */
public final class Port {
    private final int fd;
    private final @Nullable Channel channel;

    // Guarded by this, as is what the pumps of a channel share with their threads.
    @Nullable ReadPump reader;
    @Nullable WritePump writer;
    private int inside;
    private boolean closed;
    private boolean released;

    private Port(int fd, @Nullable Channel channel) {
        this.fd = fd;
        this.channel = channel;
    }

    /** A port for a descriptor, which the user closes when no operation is in flight. */
    public static Port of(int fd) {
        return new Port(fd, null);
    }

    /** A port for a channel, to be closed with {@link #close}. */
    public static Port of(Channel channel) {
        return new Port(-1, Objects.requireNonNull(channel, "channel"));
    }

    /** Returns the descriptor; -1 for a channel. */
    public int fd() {
        return fd;
    }

    /** Returns the channel, or null. */
    public @Nullable Channel channel() {
        return channel;
    }

    /**
     * Checks that a channel can be read.
     *
     * @throws UnsupportedOperationException if not
     */
    public void requireReadable() {
        if (channel != null
                && !(channel instanceof ReadableByteChannel)
                && !(channel instanceof AsynchronousByteChannel)) {
            throw new UnsupportedOperationException(
                    "The channel cannot be read: " + channel + "; use connectWritePipe");
        }
    }

    /**
     * Checks that a channel can be written.
     *
     * @throws UnsupportedOperationException if not
     */
    public void requireWritable() {
        if (channel != null
                && !(channel instanceof WritableByteChannel)
                && !(channel instanceof AsynchronousByteChannel)) {
            throw new UnsupportedOperationException(
                    "The channel cannot be written: " + channel + "; use connectReadPipe");
        }
    }

    /** Notes that a thread is about to use the channel; returns false if it is closed. */
    synchronized boolean enter() {
        if (closed) {
            return false;
        }
        inside++;
        return true;
    }

    /** Notes that a thread no longer uses the channel; the last one closes it. */
    void leave() {
        boolean last;
        synchronized (this) {
            last = --inside == 0 && closed && !released;
        }
        if (last) {
            closeChannel();
        }
    }

    /** Closes the channel, when no thread is inside. Ends its pumps. Idempotent. */
    public void close() {
        boolean now;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            now = inside == 0 || endsWaits();
            notifyAll();
        }
        if (now) {
            closeChannel();
        }
    }

    /** Ends the pumps of a channel without closing it. */
    public synchronized void release() {
        closed = true;
        released = true;
        notifyAll();
    }

    private boolean endsWaits() {
        return channel instanceof SelectableChannel
                || channel instanceof FileChannel
                || channel instanceof AsynchronousByteChannel;
    }

    private void closeChannel() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            System.getLogger("io.asyncio4j")
                    .log(System.Logger.Level.DEBUG, "closing " + channel + " failed", e);
        }
    }

    /** Returns whether it was closed or released. */
    public synchronized boolean isClosed() {
        return closed;
    }

    @Override
    public String toString() {
        return channel == null ? "descriptor " + fd : channel.toString();
    }
}

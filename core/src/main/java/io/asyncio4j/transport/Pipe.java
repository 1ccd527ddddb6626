package io.asyncio4j.transport;

import io.asyncio4j.annotation.Nullable;
import java.nio.channels.AsynchronousByteChannel;
import java.nio.channels.Channel;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.WritableByteChannel;
import java.util.Objects;

/**
 * One end of a pipe, to pass to {@code connectReadPipe} or {@code connectWritePipe}: a descriptor
 * that can be polled (a pipe, a FIFO, a terminal, a socket), or a channel.
 *
 * <p>Which of them a loop takes depends on how it waits: descriptors need native calls, a loop over
 * {@code java.nio} selectors takes every {@link SelectableChannel}, and the portable {@code
 * ProactorEventLoop} every channel that can be read or written by a thread that waits, such as a
 * {@link java.nio.channels.FileChannel}, {@code Channels.newChannel(System.in)}, a selectable
 * channel in its blocking mode, or an {@link AsynchronousByteChannel}. The others are refused with
 * {@link UnsupportedOperationException}.
 *
 * @param fd the descriptor, which the transport makes non-blocking, owns and closes; -1 for a
 *     channel
 * @param channel the channel, which the transport likewise owns and closes, and makes non-blocking
 *     on a loop over selectors; null for a descriptor
 */
public record Pipe(int fd, @Nullable Channel channel) {

    /**
     * Creates a pipe from exactly one of the two.
     *
     * @throws IllegalArgumentException if both are given, the descriptor is negative without a
     *     channel, or the channel can neither be read nor written
     */
    public Pipe {
        if (channel == null && fd < 0) {
            throw new IllegalArgumentException("fd must not be negative: " + fd);
        }
        if (channel != null && fd != -1) {
            throw new IllegalArgumentException(
                    "A pipe is either a descriptor or a channel, not both: "
                            + fd
                            + " and "
                            + channel);
        }
        if (channel != null && !movesBytes(channel)) {
            throw new IllegalArgumentException(
                    "The channel can neither be read nor written: " + channel);
        }
    }

    private static boolean movesBytes(Channel channel) {
        return channel instanceof ReadableByteChannel
                || channel instanceof WritableByteChannel
                || channel instanceof AsynchronousByteChannel;
    }

    /** Creates a pipe from a descriptor. */
    public Pipe(int fd) {
        this(fd, null);
    }

    /** Creates a pipe from a channel, such as {@link java.nio.channels.Pipe.SourceChannel}. */
    public Pipe(Channel channel) {
        this(-1, Objects.requireNonNull(channel, "channel"));
    }
}

package io.asyncio4j.transport;

import io.asyncio4j.annotation.Nullable;
import java.nio.channels.SelectableChannel;
import java.util.Objects;

/**
 * One end of a pipe, or another descriptor that can be polled (a FIFO, a terminal, a socket), to be
 * handed to {@code connectReadPipe} or {@code connectWritePipe}; or a channel, for loops over
 * {@code java.nio}.
 *
 * @param fd the descriptor, which the transport makes non-blocking, owns and closes; -1 for a
 *     channel
 * @param channel the channel, likewise; null for a descriptor
 */
public record Pipe(int fd, @Nullable SelectableChannel channel) {

    /** Checks that it names one of the two. */
    public Pipe {
        if (channel == null && fd < 0) {
            throw new IllegalArgumentException("Not a file descriptor: " + fd);
        }
        if (channel != null && fd != -1) {
            throw new IllegalArgumentException(
                    "A pipe is a descriptor or a channel, not both: " + fd + " and " + channel);
        }
    }

    /** Names a descriptor. */
    public Pipe(int fd) {
        this(fd, null);
    }

    /** Names a channel, such as {@link java.nio.channels.Pipe.SourceChannel}. */
    public Pipe(SelectableChannel channel) {
        this(-1, Objects.requireNonNull(channel, "channel"));
    }
}

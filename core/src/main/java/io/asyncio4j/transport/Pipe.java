package io.asyncio4j.transport;

import io.asyncio4j.annotation.Nullable;
import java.nio.channels.SelectableChannel;
import java.util.Objects;

/**
 * One end of a pipe, to pass to {@code connectReadPipe} or {@code connectWritePipe}: a descriptor
 * that can be polled (a pipe, a FIFO, a terminal, a socket), or a channel for loops over {@code
 * java.nio}.
 *
 * @param fd the descriptor, which the transport makes non-blocking, owns and closes; -1 for a
 *     channel
 * @param channel the channel, which the transport likewise makes non-blocking, owns and closes;
 *     null for a descriptor
 */
public record Pipe(int fd, @Nullable SelectableChannel channel) {

    /**
     * Creates a pipe from exactly one of the two.
     *
     * @throws IllegalArgumentException if both are given, or the descriptor is negative without a
     *     channel
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
    }

    /** Creates a pipe from a descriptor. */
    public Pipe(int fd) {
        this(fd, null);
    }

    /** Creates a pipe from a channel, such as {@link java.nio.channels.Pipe.SourceChannel}. */
    public Pipe(SelectableChannel channel) {
        this(-1, Objects.requireNonNull(channel, "channel"));
    }
}

package io.asyncio4j.transport;

/**
 * One end of a pipe, or another descriptor that can be polled (a FIFO, a terminal, a socket), to be
 * handed to {@code connectReadPipe} or {@code connectWritePipe}.
 *
 * @param fd the descriptor, which the transport makes non-blocking, owns and closes
 */
public record Pipe(int fd) {

    public Pipe {
        if (fd < 0) {
            throw new IllegalArgumentException("Not a file descriptor: " + fd);
        }
    }
}

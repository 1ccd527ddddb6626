package io.asyncio4j.selector;

import io.asyncio4j.proactor.UringProactor;
import java.io.IOException;
import java.io.UncheckedIOException;

/** A selector and the kind of pipe that it can watch. */
enum Kind {
    EPOLL,
    POLL,
    NIO,
    IO_URING;

    Selector open() {
        if (this != IO_URING) {
            return Selectors.open(name());
        }
        try {
            return new UringSelector(new UringProactor());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Link link(Selector selector) throws IOException {
        return this == NIO ? new Link.ChannelLink(selector) : new Link.FdLink(selector);
    }
}

package io.asyncio4j.subprocess;

import io.asyncio4j.EventLoop;
import java.io.IOException;

/** A child process as its parent's task sees it. */
public final class Process {
    private Process() {}

    /** Starts a child. */
    public static Process create(EventLoop loop, Command command) throws IOException {
        throw new UnsupportedOperationException("create");
    }
}

package io.asyncio4j.subprocess;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import java.util.function.Supplier;

/** Starts child processes on behalf of an event loop. */
public final class Subprocesses {
    private Subprocesses() {}

    /** Starts a child. */
    public static Future<SubprocessTransport> start(
            EventLoop loop, Supplier<? extends SubprocessProtocol> factory, Command command) {
        throw new UnsupportedOperationException("start");
    }
}

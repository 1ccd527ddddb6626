package io.asyncio4j.transport;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import java.util.function.Supplier;

/** Connects pipes to protocols. */
public final class PipeTransports {
    private PipeTransports() {}

    /** Reads a pipe. */
    public static Future<ReadTransport> connectRead(
            EventLoop loop, Supplier<? extends Protocol> factory, Pipe pipe) {
        throw new UnsupportedOperationException("connectRead");
    }

    /** Writes a pipe. */
    public static Future<WriteTransport> connectWrite(
            EventLoop loop, Supplier<? extends BaseProtocol> factory, Pipe pipe) {
        throw new UnsupportedOperationException("connectWrite");
    }
}

package io.asyncio4j.io;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;

/** The descriptor or channel of an {@link Endpoint}, however its bytes are moved. */
interface OpenChannel {

    /** Returns whether {@link #shutdownOutput} is supported. */
    boolean canShutdownOutput();

    /** Ends the output: the other end reads the end of the stream. Receiving continues. */
    void shutdownOutput() throws IOException;

    /** Returns whether a hang-up means that written bytes will no longer be read. */
    boolean reportsHangUp();

    /** Returns information by name; null if the name is unknown. */
    @Nullable
    Object extraInfo(String name);

    /** Closes it; no selector watches it any more. Idempotent. */
    void close();

    /**
     * Marks this as closed without closing its number, which may belong to another file now. For a
     * descriptor that other code has closed.
     */
    void abandon();

    boolean isClosed();
}

package io.asyncio4j.transport;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What a readiness transport is made over: bytes in, bytes out, never waiting, and a descriptor
 * that the loop watches. A pipe has one direction only, a socket both; TLS is one over another.
 */
interface ReadyChannel {
    /** What {@link #read} returns at the end of the stream. */
    int EOF = -1;

    /** What {@link #read} and {@link #write} return that would have to wait. */
    int WOULD_BLOCK = -2;

    /** Returns the descriptor to watch. */
    int fd();

    /** Reads into what remains of {@code dst}; returns how many bytes, or one of the above. */
    int read(ByteBuffer dst) throws IOException;

    /** Writes what remains of {@code src}, perhaps not all; returns how many bytes went. */
    int write(ByteBuffer src) throws IOException;

    /** Closes the descriptor, which nobody watches any more. */
    void close();
}

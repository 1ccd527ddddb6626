package io.asyncio4j.proactor;

import io.asyncio4j.annotation.Nullable;

/**
 * Reads each time that there is something, until it fails, ends or is cancelled, or until the
 * proactor ends it after a piece or as if it had been cancelled; then it may be submitted again.
 * Each piece is to be {@linkplain Provided#recycle recycled}.
 */
public abstract non-sealed class Read extends Operation {
    final Port port;

    /** Its own, where the kernel cannot take memory of a group. */
    UringReads.@Nullable Own memory;

    /** Whether much arrives at a time. */
    boolean isBulk;

    /** Creates a read of {@code port}. */
    protected Read(Port port) {
        this.port = port;
    }
}

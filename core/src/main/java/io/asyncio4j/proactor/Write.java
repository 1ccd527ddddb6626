package io.asyncio4j.proactor;

import io.asyncio4j.os.NativeBuffer;

/** Writes once, perhaps not all. */
public abstract non-sealed class Write extends Operation {
    final Port port;

    /** Creates a write to {@code port}. */
    protected Write(Port port) {
        this.port = port;
    }

    /**
     * Returns the memory whose remaining bytes are to be written, and which stays as it is until
     * the completion. Called when the operation begins, and once more if another thread continues
     * the loop.
     */
    protected abstract NativeBuffer memory();
}

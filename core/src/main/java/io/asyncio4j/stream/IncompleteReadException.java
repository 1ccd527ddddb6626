package io.asyncio4j.stream;

import io.asyncio4j.annotation.Nullable;
import java.io.EOFException;

/** Thrown when the stream ended before the requested bytes had arrived. */
public final class IncompleteReadException extends EOFException {
    private static final long serialVersionUID = 1L;

    private final byte[] partial;
    private final @Nullable Integer expected;

    /**
     * Creates the exception.
     *
     * @param partial the bytes that had arrived
     * @param expected how many bytes were requested, or null if a separator was
     */
    public IncompleteReadException(byte[] partial, @Nullable Integer expected) {
        super(
                "The stream ended after "
                        + partial.length
                        + " bytes; expected "
                        + (expected == null ? "a separator" : expected));
        this.partial = partial.clone();
        this.expected = expected;
    }

    /** Returns the bytes that had arrived before the end; they are no longer in the stream. */
    public byte[] partial() {
        return partial.clone();
    }

    /** Returns how many bytes were requested, or null if a separator was. */
    public @Nullable Integer expected() {
        return expected;
    }
}

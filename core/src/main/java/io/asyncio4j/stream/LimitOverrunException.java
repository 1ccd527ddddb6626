package io.asyncio4j.stream;

import java.io.IOException;

/**
 * Thrown when more bytes arrived before a separator than the limit of the stream allows. The bytes
 * stay in the stream: read them with {@code read}, or create the stream with a higher limit.
 */
public final class LimitOverrunException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int consumed;

    /**
     * Creates the exception.
     *
     * @param consumed how many bytes can be read without reaching the separator
     */
    public LimitOverrunException(String message, int consumed) {
        super(message);
        this.consumed = consumed;
    }

    /** Returns how many bytes can be read without reaching a separator. */
    public int consumed() {
        return consumed;
    }
}

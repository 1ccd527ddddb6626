package io.asyncio4j.stream;

import java.io.IOException;

/**
 * More bytes arrived before a separator than the limit of the stream allows. They stay in it: read
 * them with {@code read}, or give the stream a higher limit from the beginning.
 */
public final class LimitOverrunException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int consumed;

    /**
     * Creates the exception.
     *
     * @param consumed how many bytes at least come before the separator
     */
    public LimitOverrunException(String message, int consumed) {
        super(message);
        this.consumed = consumed;
    }

    /** Returns how many bytes can be read without running into a separator. */
    public int consumed() {
        return consumed;
    }
}

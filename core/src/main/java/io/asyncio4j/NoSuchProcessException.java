package io.asyncio4j;

import java.io.IOException;
import java.io.Serial;

/** A process was addressed that does not exist, or no longer: the errno ESRCH. */
public final class NoSuchProcessException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    /**
     * Creates the exception.
     *
     * @param message names the process and what was asked of it
     */
    public NoSuchProcessException(String message) {
        super(message);
    }
}

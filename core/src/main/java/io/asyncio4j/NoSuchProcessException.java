package io.asyncio4j;

import java.io.IOException;

/**
 * Thrown when the process to signal or wait for does not exist (errno ESRCH), or is known to have
 * exited.
 */
public final class NoSuchProcessException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception; the message names the process. */
    public NoSuchProcessException(String message) {
        super(message);
    }
}

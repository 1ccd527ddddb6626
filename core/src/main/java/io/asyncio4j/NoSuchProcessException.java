package io.asyncio4j;

import java.io.IOException;

/**
 * The process to be signalled or waited for does not exist (errno ESRCH), or is known to be gone.
 */
public final class NoSuchProcessException extends IOException {

    private static final long serialVersionUID = 1L;

    /** Creates the exception; the message names the process. */
    public NoSuchProcessException(String message) {
        super(message);
    }
}

package io.asyncio4j.os;

import java.io.IOException;
import java.io.Serial;

/**
 * Thrown by a wait for a process that is not a child of this one, or that other code has reaped:
 * the errno ECHILD.
 */
public final class NoChildException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    NoChildException(String message) {
        super(message);
    }
}

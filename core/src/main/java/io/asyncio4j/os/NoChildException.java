package io.asyncio4j.os;

import java.io.IOException;
import java.io.Serial;

/**
 * A wait for a process that is no child of this one, or whose status somebody else has taken: the
 * errno ECHILD.
 */
public final class NoChildException extends IOException {
    @Serial private static final long serialVersionUID = 1L;

    NoChildException(String message) {
        super(message);
    }
}

package io.asyncio4j;

import java.util.concurrent.CancellationException;

/**
 * Thrown by {@link Runner#run} when SIGINT (Ctrl-C), or an interrupt of the thread, cancelled the
 * main task.
 */
public final class InterruptedRunException extends CancellationException {

    private static final long serialVersionUID = 1L;

    InterruptedRunException(CancellationException cause) {
        super("Interrupted (SIGINT)");
        initCause(cause);
    }
}

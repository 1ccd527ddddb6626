package io.asyncio4j.sync;

/**
 * Thrown on putting into a {@link Queue} that was shut down, and on getting from one that is empty
 * as well.
 */
public final class QueueShutDownException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    QueueShutDownException(Queue<?> queue) {
        super("Queue was shut down: " + queue);
    }
}

package io.asyncio4j.sync;

/**
 * Thrown when putting into a {@link Queue} that was shut down, and when taking from one that was
 * shut down and is empty.
 */
public final class QueueShutDownException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    QueueShutDownException(Queue<?> queue) {
        super("Queue was shut down: " + queue);
    }
}

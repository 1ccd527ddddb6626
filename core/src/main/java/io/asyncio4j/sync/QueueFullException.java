package io.asyncio4j.sync;

/** Thrown by {@link Queue#putNowait} when the queue is full. */
public final class QueueFullException extends IllegalStateException {

    private static final long serialVersionUID = 1;

    QueueFullException(Queue<?> queue) {
        super("Queue is full: " + queue);
    }
}

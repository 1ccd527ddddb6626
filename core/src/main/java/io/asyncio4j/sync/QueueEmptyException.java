package io.asyncio4j.sync;

import java.util.NoSuchElementException;

/** Thrown by {@link Queue#getNowait} when there is no item. */
public final class QueueEmptyException extends NoSuchElementException {

    private static final long serialVersionUID = 1;

    QueueEmptyException(Queue<?> queue) {
        super("Queue is empty: " + queue);
    }
}

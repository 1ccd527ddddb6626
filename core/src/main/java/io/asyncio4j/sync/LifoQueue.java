package io.asyncio4j.sync;

import java.util.ArrayDeque;
import java.util.Collections;

/**
 * A queue that returns the item that was put last first.
 *
 * @param <T> the type of the items
 */
public final class LifoQueue<T> extends Queue<T> {

    /** Creates a queue without a limit. */
    public LifoQueue() {
        this(0);
    }

    /** Creates a queue for {@code maxsize} items; without a limit if that is zero or less. */
    public LifoQueue(int maxsize) {
        super(maxsize, Collections.asLifoQueue(new ArrayDeque<>()));
    }
}

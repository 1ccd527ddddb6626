package io.asyncio4j.sync;

import java.util.Comparator;

/**
 * A queue that returns the least item first. Equal items come in any order.
 *
 * <p>Items that cannot be compared are refused by {@link #put} and {@link #putNowait} with {@link
 * ClassCastException}.
 *
 * @param <T> the type of the items
 */
public final class PriorityQueue<T> extends Queue<T> {

    /** Creates a queue without a limit, for items in their natural order. */
    public PriorityQueue() {
        this(0);
    }

    /**
     * Creates a queue for {@code maxsize} items in their natural order; without a limit if that is
     * zero or less.
     */
    public PriorityQueue(int maxsize) {
        super(maxsize, new java.util.PriorityQueue<>());
    }

    /** Creates a queue without a limit, for items in {@code order}. */
    public PriorityQueue(Comparator<? super T> order) {
        this(0, order);
    }

    /**
     * Creates a queue for {@code maxsize} items in {@code order}; without a limit if that is zero
     * or less.
     */
    public PriorityQueue(int maxsize, Comparator<? super T> order) {
        super(maxsize, new java.util.PriorityQueue<T>(order));
    }
}

package io.asyncio4j.loop;

import io.asyncio4j.annotation.Nullable;

/** The jobs for the next iterations, first in, first out. Used by the loop's thread only. */
final class ReadyQueue {

    // A ring whose length is a power of two.
    private @Nullable Runnable[] ring = new Runnable[64];
    private int head;
    private int size;

    int size() {
        return size;
    }

    boolean isEmpty() {
        return size == 0;
    }

    void add(Runnable job) {
        if (size == ring.length) {
            grow();
        }
        ring[(head + size) & (ring.length - 1)] = job;
        size++;
    }

    /** Puts {@code job} before all others. */
    void addFirst(Runnable job) {
        if (size == ring.length) {
            grow();
        }
        head = (head - 1) & (ring.length - 1);
        ring[head] = job;
        size++;
    }

    /**
     * Returns the first job without taking it; the queue must not be empty. Null as in {@link
     * #remove}.
     */
    @Nullable
    Runnable peek() {
        return ring[head];
    }

    /** Takes the first job; null if {@link #steal} has already taken it. */
    @Nullable
    Runnable remove() {
        Runnable job = ring[head];
        ring[head] = null;
        head = (head + 1) & (ring.length - 1);
        size--;
        return job;
    }

    /** Takes the first job of {@code kind} out of order, or returns null if there is none. */
    <T extends Runnable> @Nullable T steal(Class<T> kind) {
        for (int i = 0; i < size; i++) {
            int at = (head + i) & (ring.length - 1);
            if (kind.isInstance(ring[at])) {
                T job = kind.cast(ring[at]);
                ring[at] = null;
                return job;
            }
        }
        return null;
    }

    void clear() {
        while (size > 0) {
            remove();
        }
    }

    private void grow() {
        @Nullable Runnable[] larger = new Runnable[ring.length * 2];
        for (int i = 0; i < size; i++) {
            larger[i] = ring[(head + i) & (ring.length - 1)];
        }
        ring = larger;
        head = 0;
    }
}

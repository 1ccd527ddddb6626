package io.asyncio4j.sync;

/** A semaphore that never has more permits than it began with: giving back too many is an error. */
public final class BoundedSemaphore extends Semaphore {

    private final int bound;

    /** Creates a semaphore with one permit. */
    public BoundedSemaphore() {
        this(1);
    }

    /**
     * Creates a semaphore with {@code permits} permits.
     *
     * @throws IllegalArgumentException if there are fewer than none
     */
    public BoundedSemaphore(int permits) {
        super(permits);
        bound = permits;
    }

    /**
     * Gives a permit back, and wakes the first task that waits for it.
     *
     * @throws IllegalStateException if all permits have been given back already
     */
    @Override
    public void release() {
        if (permits() + promised() >= bound) {
            throw new IllegalStateException(
                    "All " + bound + " permits have been released already: " + this);
        }
        super.release();
    }
}

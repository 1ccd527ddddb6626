package io.asyncio4j.sync;

/** A semaphore that never has more permits than initially: releasing too many is an error. */
public final class BoundedSemaphore extends Semaphore {

    private final int bound;

    /** Creates a semaphore with one permit. */
    public BoundedSemaphore() {
        this(1);
    }

    /**
     * Creates a semaphore with {@code permits} permits.
     *
     * @throws IllegalArgumentException if {@code permits} is negative
     */
    public BoundedSemaphore(int permits) {
        super(permits);
        bound = permits;
    }

    /**
     * Releases a permit, and wakes the first waiting task.
     *
     * @throws IllegalStateException if all permits have been released already
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

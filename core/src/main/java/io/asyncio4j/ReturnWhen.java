package io.asyncio4j;

/** Chooses when {@link Asyncio#waitUntil} returns. */
public enum ReturnWhen {
    /** When the first future is done, however it ended. */
    FIRST_COMPLETED,
    /** When the first future has failed, not counting cancellation; else when all are done. */
    FIRST_EXCEPTION,
    /** When all are done. */
    ALL_COMPLETED
}

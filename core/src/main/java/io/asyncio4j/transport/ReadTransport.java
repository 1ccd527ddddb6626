package io.asyncio4j.transport;

/** The receiving side of a transport. */
public interface ReadTransport extends BaseTransport {

    /**
     * Stops calling {@code dataReceived}; the peer notices once the kernel's buffer is full.
     * Idempotent.
     */
    void pauseReading();

    /** Continues after {@link #pauseReading}. Idempotent. */
    void resumeReading();

    /** Returns whether data is being received: neither paused, nor ended, nor closing. */
    boolean isReading();
}

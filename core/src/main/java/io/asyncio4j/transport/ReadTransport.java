package io.asyncio4j.transport;

/** The receiving side of a transport. */
public interface ReadTransport extends BaseTransport {

    /**
     * Stops receiving: the protocol gets no data until {@link #resumeReading}. The peer can send
     * until the kernel's buffer is full. Idempotent.
     */
    void pauseReading();

    /** Resumes receiving after {@link #pauseReading}. Idempotent. */
    void resumeReading();

    /** Returns whether this receives data: it is neither paused, at its end, nor closing. */
    boolean isReading();
}

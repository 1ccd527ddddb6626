package io.asyncio4j.transport;

/** The receiving side of a transport. */
public interface ReadTransport extends Transport {

    /** Stops calling {@code dataReceived}; the peer feels it once the kernel's buffer is full. */
    void pauseReading();

    /** Goes on after {@link #pauseReading}. Either is nothing when already so. */
    void resumeReading();

    /** Returns whether data is being received: not paused, and not closing. */
    boolean isReading();
}

package io.asyncio4j.io;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The receiving half of an endpoint. Used, and its listener called, in turns of the loop only.
 *
 * <pre>
 *   idle --start--> receiving &lt;--pause/resume--> paused
 *                       |                         |
 *                       +--- ended, failed, stop -+--> stopping --> stopped
 * </pre>
 */
public interface Inlet {

    /** The transport that this half belongs to. */
    interface Listener {

        /**
         * Returns the protocol's own memory to receive into, or null to use the loop's buffer.
         * Called right before a read, or when a read is submitted.
         */
        @Nullable
        ByteBuffer lend();

        /** Reports that bytes have arrived in the loop's buffer, which is lent for this call. */
        void received(ByteBuffer data);

        /** Reports that {@code n} bytes have arrived in what {@link #lend} returned. */
        void filled(int n);

        /** Reports the end of the stream. Nothing is reported after it. */
        void ended();

        /** Reports that receiving has failed. Nothing is reported after it. */
        void failed(IOException cause);
    }

    /**
     * Starts receiving, unless paused.
     *
     * @throws IOException if the descriptor cannot be waited for, such as that of a regular file
     */
    void start() throws IOException;

    /** Stops reporting until {@link #resume()}. May be called before {@link #start}. Idempotent. */
    void pause();

    /** Resumes after {@link #pause()}. Idempotent. */
    void resume();

    /** Returns whether this receives: it is started, and neither paused nor at its end. */
    boolean isReceiving();

    /**
     * Stops receiving for good. The listener is not called after this returns.
     *
     * @param whenStopped called once when nothing uses the descriptor or the memory any more:
     *     before this returns, or later if an operation is in flight
     */
    void stop(Runnable whenStopped);
}

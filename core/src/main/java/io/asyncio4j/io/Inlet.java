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

    /** The transport that this is a half of. */
    interface Listener {

        /**
         * Lends memory of the protocol's own to receive into; null has the loop's buffer used.
         * Called right before a read, or when one is submitted.
         */
        @Nullable
        ByteBuffer lend();

        /** Reports that bytes have arrived in the loop's buffer, which is lent for this call. */
        void received(ByteBuffer data);

        /** Reports that {@code n} bytes have arrived in what {@link #lend} returned. */
        void filled(int n);

        /** Reports that no more will come. Nothing is reported after it. */
        void ended();

        /** Reports that receiving has failed. Nothing is reported after it. */
        void failed(IOException cause);
    }

    /**
     * Begins to receive, unless paused.
     *
     * @throws IOException if the descriptor is of a kind that cannot be waited for: a regular file
     */
    void start() throws IOException;

    /** Reports nothing more until {@link #resume()}. Idempotent, before {@link #start} as well. */
    void pause();

    /** Continues after {@link #pause()}. Idempotent. */
    void resume();

    /** Returns whether it is receiving: started, neither paused nor at its end. */
    boolean isReceiving();

    /**
     * Ends receiving for good. The listener is not called any more once this returns.
     *
     * @param whenStopped called once nothing uses the descriptor or the memory any more: before
     *     this returns, or later when an operation is in flight
     */
    void stop(Runnable whenStopped);
}

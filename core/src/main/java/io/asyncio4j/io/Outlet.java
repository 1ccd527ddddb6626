package io.asyncio4j.io;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The sending half of an endpoint. Used, and its listener called, in turns of the loop only.
 *
 * <pre>
 *   write --> sent at once, as far as possible
 *        \--> the rest is copied and queued --> sent in later turns --> progressed
 * </pre>
 */
public interface Outlet {

    /** The transport that this half belongs to. */
    interface Listener {

        /** Reports that some of the queued bytes have been sent. */
        void progressed();

        /** Reports, once, that the other end was closed, where that can be detected. */
        void hungUp();

        /**
         * Reports that sending has failed. The queued bytes are dropped, and nothing is reported
         * after it.
         */
        void failed(IOException cause);
    }

    /**
     * Starts to detect that the other end was closed, where the system can report that alone.
     *
     * @throws IOException if the descriptor cannot be waited for, such as that of a regular file
     */
    void detectHangUp() throws IOException;

    /**
     * Sends the remaining bytes of {@code data}, all of which are sent or copied before this
     * returns.
     */
    void write(ByteBuffer data);

    /** As {@link #write}, for several buffers with as few system calls as for one. */
    void writeAll(Iterable<ByteBuffer> parts);

    /** Returns how many bytes are queued or in flight. */
    long queued();

    /** Shuts the output down once everything written has been sent. Idempotent. */
    void shutdown();

    /**
     * Stops sending for good and drops the queued bytes. The listener is not called after this
     * returns.
     *
     * @param whenStopped as in {@link Inlet#stop}
     */
    void stop(Runnable whenStopped);
}

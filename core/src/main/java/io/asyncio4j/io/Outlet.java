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

    /** The transport that this is a half of. */
    interface Listener {

        /** Reports that some of what was queued has been sent. */
        void progressed();

        /** Reports that the other end has gone, where that can be detected; once. */
        void hungUp();

        /** Reports that sending has failed; what was queued is dropped. Nothing follows it. */
        void failed(IOException cause);
    }

    /**
     * Begins to detect that the other end has gone, where the system can report it alone.
     *
     * @throws IOException if the descriptor is of a kind that cannot be waited for: a regular file
     */
    void detectHangUp() throws IOException;

    /** Sends what remains of {@code data}, which is consumed or copied before this returns. */
    void write(ByteBuffer data);

    /** As {@link #write}, of several buffers with as few system calls as one. */
    void writeAll(Iterable<ByteBuffer> parts);

    /** Returns how many bytes are queued or in flight. */
    long queued();

    /** Shuts the output down once everything written has been sent. Idempotent. */
    void shutdown();

    /**
     * Ends sending for good and drops what is queued. The listener is not called any more once this
     * returns.
     *
     * @param whenStopped as in {@link Inlet#stop}
     */
    void stop(Runnable whenStopped);
}

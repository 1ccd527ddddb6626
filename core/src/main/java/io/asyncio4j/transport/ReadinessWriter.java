package io.asyncio4j.transport;

import io.asyncio4j.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The sending half of a transport on a loop that tells of readiness.
 *
 * <pre>
 *   write --> channel takes all, within the bound: done
 *        \--> the rest: queue --descriptor writable--> channel
 *              above high-water mark: paused;  at low-water mark: resumed;  empty: drained
 * </pre>
 *
 * <p>No more than a bound goes between two readiness events, directly or from the queue: whoever
 * writes much, to a receiver that is fast, lets the other descriptors have their turn.
 *
 * <p>Used in turns of the loop only.
 */
final class ReadinessWriter {
    static final int DEFAULT_HIGH = 64 * 1024;

    /** The most bytes that are written before other descriptors get their turn. */
    static final int BOUND = 4 * ReadBuffers.SIZE;

    /** The transport that this is a half of. */
    interface Listener {
        /** More waits than the high-water mark allows. */
        void writingPaused();

        /** No more waits than the low-water mark. */
        void writingResumed();

        /** Nothing waits any more; only called after something had to. */
        void drained();

        /** Writing failed; what waited is dropped. */
        void writeFailed(IOException cause);
    }

    private final EventLoop loop;
    private final ReadyChannel channel;
    private final Listener listener;
    private final WriteQueue queue = new WriteQueue();
    private int high = DEFAULT_HIGH;
    private int low = DEFAULT_HIGH / 4;
    // What may still be written until the loop says again that the descriptor is writable.
    private int allowance = BOUND;
    private boolean paused;
    private boolean stopped;

    ReadinessWriter(EventLoop loop, ReadyChannel channel, Listener listener) {
        this.loop = loop;
        this.channel = channel;
        this.listener = listener;
    }

    /** Sends what remains of {@code data}, at once as far as possible; drops it when stopped. */
    void write(ByteBuffer data) {
        if (stopped || !data.hasRemaining()) {
            return;
        }
        if (queue.isEmpty()) {
            try {
                writeDirectly(data);
            } catch (IOException e) {
                fail(e);
                return;
            }
            if (!data.hasRemaining()) {
                return;
            }
            loop.addWriter(channel.fd(), this::onWritable);
        }
        queue.add(data);
        checkMarks();
    }

    /** Writes until the channel would block, nothing remains, or the allowance is used up. */
    private void writeDirectly(ByteBuffer data) throws IOException {
        int end = data.limit();
        try {
            while (allowance > 0 && data.position() < end) {
                data.limit(data.position() + Math.min(allowance, end - data.position()));
                int n = channel.write(data);
                if (n == ReadyChannel.WOULD_BLOCK) {
                    return;
                }
                allowance -= n;
            }
        } finally {
            data.limit(end);
        }
    }

    long queued() {
        return queue.size();
    }

    int low() {
        return low;
    }

    int high() {
        return high;
    }

    void setLimits(int newLow, int newHigh) {
        if (newLow < 0 || newLow > newHigh) {
            throw new IllegalArgumentException(
                    "The marks must satisfy 0 <= low <= high: low " + newLow + ", high " + newHigh);
        }
        low = newLow;
        high = newHigh;
        checkMarks();
    }

    /** Drops what waits and lets the descriptor go; it may be closed then. */
    void stop() {
        if (!stopped) {
            stopped = true;
            if (!queue.isEmpty()) {
                queue.clear();
                loop.removeWriter(channel.fd());
            }
        }
    }

    private void onWritable() {
        try {
            allowance = BOUND - queue.writeTo(channel, BOUND);
        } catch (IOException e) {
            fail(e);
            return;
        }
        boolean empty = queue.isEmpty();
        if (empty) {
            loop.removeWriter(channel.fd());
        }
        checkMarks();
        // What listens to the marks may have written more.
        if (empty && queue.isEmpty() && !stopped) {
            listener.drained();
        }
    }

    private void fail(IOException e) {
        stop();
        listener.writeFailed(e);
    }

    private void checkMarks() {
        if (!paused && queue.size() > high) {
            paused = true;
            listener.writingPaused();
        } else if (paused && queue.size() <= low) {
            paused = false;
            listener.writingResumed();
        }
    }

    @Override
    public String toString() {
        return "writing descriptor " + channel.fd();
    }
}

package io.asyncio4j.transport;

import io.asyncio4j.EventLoop;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * The receiving half of a transport on a loop that tells of readiness.
 *
 * <pre>
 *   idle --start--> reading &lt;--pause/resume--> paused
 *                      |                         |
 *                      +----- end, failure, stop +--> stopped
 * </pre>
 *
 * <p>One read of at most {@link ReadBuffers#SIZE} bytes for each readiness event: a source that
 * never runs dry gets its turn like the others, no more. Used in turns of the loop only.
 */
final class ReadinessReader {

    /** The transport that this is a half of. */
    interface Listener {
        /** Some bytes have come; the buffer is lent for this call. */
        void received(ByteBuffer data);

        /** No more will come. */
        void ended();

        /** Reading failed. */
        void readFailed(IOException cause);
    }

    private final EventLoop loop;
    private final ReadyChannel channel;
    private final Listener listener;
    private boolean started;
    private boolean paused;
    private boolean stopped;

    ReadinessReader(EventLoop loop, ReadyChannel channel, Listener listener) {
        this.loop = loop;
        this.channel = channel;
        this.listener = listener;
    }

    /** Begins to read, unless paused. */
    void start() {
        if (!started && !stopped && !paused) {
            loop.addReader(channel.fd(), this::onReadable);
        }
        started = true;
    }

    void pause() {
        if (!paused && !stopped) {
            paused = true;
            if (started) {
                loop.removeReader(channel.fd());
            }
        }
    }

    void resume() {
        if (paused && !stopped) {
            paused = false;
            if (started) {
                loop.addReader(channel.fd(), this::onReadable);
            }
        }
    }

    boolean isReading() {
        return started && !paused && !stopped;
    }

    /** Ends reading for good and lets the descriptor go; it may be closed then. */
    void stop() {
        if (!stopped) {
            boolean watched = isReading();
            stopped = true;
            if (watched) {
                loop.removeReader(channel.fd());
            }
        }
    }

    private void onReadable() {
        ByteBuffer buffer = ReadBuffers.take();
        try {
            read(buffer);
        } finally {
            ReadBuffers.giveBack(buffer);
        }
    }

    private void read(ByteBuffer buffer) {
        int n;
        try {
            n = channel.read(buffer);
        } catch (IOException e) {
            stop();
            listener.readFailed(e);
            return;
        }
        if (n == ReadyChannel.EOF) {
            stop();
            listener.ended();
        } else if (n > 0) {
            listener.received(buffer.flip());
        }
    }

    @Override
    public String toString() {
        return "reading descriptor " + channel.fd();
    }
}

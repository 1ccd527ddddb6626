package io.asyncio4j.io;

import io.asyncio4j.Handle;
import io.asyncio4j.os.NativeBuffer;
import io.asyncio4j.selector.Selector;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Receives when the channel is readable: one read of at most the loop's buffer for each readiness
 * event, so that a busy source does not starve the others.
 */
final class ReadinessInlet implements Inlet {
    private final ReadinessEndpoint endpoint;
    private final Listener listener;
    private final Handle turn;
    private boolean started;
    private boolean paused;
    private boolean stopped;

    ReadinessInlet(ReadinessEndpoint endpoint, Listener listener) {
        this.endpoint = endpoint;
        this.listener = listener;
        this.turn = new Handle(this::onReadable, endpoint.engine.loop);
    }

    /** The callback that reads. */
    Handle turn() {
        return turn;
    }

    @Override
    public void start() throws IOException {
        if (!started && !stopped && !paused) {
            endpoint.watch(Selector.READ, true);
        }
        started = true;
    }

    @Override
    public void pause() {
        if (!paused && !stopped) {
            paused = true;
            if (started) {
                endpoint.unwatch(Selector.READ);
            }
        }
    }

    @Override
    public void resume() {
        if (!paused || stopped) {
            return;
        }
        paused = false;
        if (started) {
            try {
                endpoint.watch(Selector.READ, true);
            } catch (IOException e) {
                fail(e);
            }
        }
    }

    @Override
    public boolean isReceiving() {
        return started && !paused && !stopped;
    }

    @Override
    public void stop(Runnable whenStopped) {
        end();
        whenStopped.run();
    }

    private void end() {
        if (!stopped) {
            stopped = true;
            turn.cancel();
            endpoint.unwatch(Selector.READ);
        }
    }

    /** Ends receiving and reports {@code cause}; a no-op if it has ended. */
    void fail(IOException cause) {
        if (!stopped) {
            end();
            listener.failed(cause);
        }
    }

    private void onReadable() {
        if (!isReceiving()) {
            return; // paused after it became readable
        }
        ByteBuffer lent = listener.lend();
        if (stopped) {
            return;
        }
        try {
            if (lent == null) {
                NativeBuffer own = endpoint.engine.readBuffer();
                if (hasArrived(endpoint.channel.read(own))) {
                    listener.received(own.bytes().flip());
                }
            } else {
                int n = endpoint.channel.read(lent);
                if (hasArrived(n)) {
                    listener.filled(n);
                }
            }
        } catch (IOException e) {
            fail(e);
        }
    }

    private boolean hasArrived(int n) {
        if (n == ReadyChannel.EOF) {
            end();
            listener.ended();
        }
        return n > 0;
    }
}

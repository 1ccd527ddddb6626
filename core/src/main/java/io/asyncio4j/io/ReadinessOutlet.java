package io.asyncio4j.io;

import io.asyncio4j.Handle;
import io.asyncio4j.selector.Selector;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Sends immediately if nothing is queued, else when the channel is writable. In either case an
 * endpoint sends a bounded number of bytes in an iteration of the loop.
 */
final class ReadinessOutlet implements Outlet {
    private final ReadinessEndpoint endpoint;
    private final Listener listener;
    private final WriteQueue queue;
    private final WriteShare share;
    private final Handle turn;
    private boolean hungUp;
    private boolean shutdown;
    private boolean stopped;

    ReadinessOutlet(ReadinessEndpoint endpoint, Listener listener) {
        this.endpoint = endpoint;
        this.listener = listener;
        this.queue = new WriteQueue(endpoint.engine.chunks);
        this.share = new WriteShare(endpoint.channel, endpoint.engine::iteration);
        this.turn = new Handle(this::onReady, endpoint.engine.loop);
    }

    /** Returns the callback that writes, or handles the hang-up. */
    Handle turn(boolean hangUp) {
        hungUp |= hangUp;
        return turn;
    }

    @Override
    public void detectHangUp() throws IOException {
        if (!stopped && endpoint.channel.reportsHangUp()) {
            endpoint.watch(Selector.HANGUP, true);
        }
    }

    @Override
    public void write(ByteBuffer data) {
        if (stopped || shutdown) {
            return;
        }
        if (queue.isEmpty()) {
            try {
                share.write(data);
            } catch (IOException e) {
                fail(e);
                return;
            }
        }
        if (data.hasRemaining()) {
            queue.add(data);
            awaitRoom();
        }
    }

    @Override
    public void writeAll(Iterable<ByteBuffer> parts) {
        if (stopped || shutdown) {
            return;
        }
        boolean direct = queue.isEmpty();
        for (ByteBuffer part : parts) {
            queue.add(part);
        }
        if (direct && !queue.isEmpty()) {
            sendQueued();
        }
    }

    @Override
    public long queued() {
        return queue.size();
    }

    @Override
    public void shutdown() {
        if (!shutdown && !stopped) {
            shutdown = true;
            shutdownWhenSent();
        }
    }

    private void shutdownWhenSent() {
        if (shutdown && queue.isEmpty() && !stopped) {
            try {
                endpoint.channel.shutdownOutput();
            } catch (IOException e) {
                fail(e);
            }
        }
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
            queue.clear();
            endpoint.unwatch(Selector.WRITE | Selector.HANGUP);
        }
    }

    /** Ends sending and reports {@code cause}; a no-op if it has ended. */
    void fail(IOException cause) {
        if (!stopped) {
            end();
            listener.failed(cause);
        }
    }

    private void onReady() {
        if (hungUp) {
            hungUp = false;
            endpoint.unwatch(Selector.HANGUP);
            listener.hungUp();
            return;
        }
        if (queue.isEmpty()) {
            return;
        }
        long before = queue.size();
        sendQueued();
        if (!stopped && queue.size() < before) {
            listener.progressed();
        }
    }

    private void sendQueued() {
        try {
            share.write(queue);
        } catch (IOException e) {
            fail(e);
            return;
        }
        if (queue.isEmpty()) {
            endpoint.unwatch(Selector.WRITE);
            shutdownWhenSent();
        } else {
            awaitRoom();
        }
    }

    private void awaitRoom() {
        try {
            endpoint.watch(Selector.WRITE, true);
        } catch (IOException e) {
            fail(e);
        }
    }
}

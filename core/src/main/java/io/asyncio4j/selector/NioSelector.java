package io.asyncio4j.selector;

import io.asyncio4j.os.Timeouts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.Arrays;
import java.util.Set;

/**
 * Readiness by {@link java.nio.channels.Selector}: every platform, no native access, but for
 * channels only, and in whole milliseconds.
 */
public final class NioSelector implements Selector {
    private static final SelectionKey[] NONE = {};

    private final java.nio.channels.Selector selector;
    private final WakeupState wakeups = new WakeupState();
    private SelectionKey[] batch = NONE;

    /**
     * Opens the selector.
     *
     * @throws UncheckedIOException if there is no descriptor left
     */
    public NioSelector() {
        try {
            selector = java.nio.channels.Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public String name() {
        return "nio";
    }

    /**
     * {@inheritDoc}
     *
     * @throws IllegalBlockingModeException if the channel is blocking
     */
    @Override
    public void register(SelectableChannel channel, int ops, Object attachment) throws IOException {
        Ops.check(ops);
        ensureOpen();
        if (channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        SelectionKey key = channel.keyFor(selector);
        if (key != null) {
            if (key.isValid()) {
                throw Ops.registeredAlready(channel);
            }
            // A cancelled key stands in the way until the next selection. What this one finds stays
            // in the selected set, for the next select to tell.
            selector.selectNow();
        }
        channel.register(selector, keyOps(channel, ops), attachment);
    }

    @Override
    public void modify(SelectableChannel channel, int ops) {
        Ops.check(ops);
        ensureOpen();
        SelectionKey key = channel.keyFor(selector);
        if (key == null || !key.isValid()) {
            throw Ops.notRegistered(channel);
        }
        key.interestOps(keyOps(channel, ops));
    }

    @Override
    public void unregister(SelectableChannel channel) {
        SelectionKey key = channel.keyFor(selector);
        if (key != null) {
            key.cancel();
        }
    }

    @Override
    public int select(long timeoutNanos, ReadyConsumer sink) throws IOException {
        ensureOpen();
        Set<SelectionKey> selected = selector.selectedKeys();
        boolean mayWait = timeoutNanos != 0 && selected.isEmpty() && wakeups.beforeSleep();
        try {
            if (mayWait) {
                selector.select(timeoutNanos < 0 ? 0 : Timeouts.millis(timeoutNanos));
            } else {
                selector.selectNow();
            }
        } finally {
            wakeups.afterSleep();
        }
        if (!selector.isOpen()) {
            return 0;
        }
        int count = selected.size();
        if (count == 0) {
            return 0;
        }
        // Copied, because the sink may register, which may select anew.
        batch = selected.toArray(batch);
        selected.clear();
        int told = 0;
        for (int i = 0; i < count; i++) {
            SelectionKey key = batch[i];
            int ready = readiness(key);
            if (ready != 0) {
                told++;
                sink.ready(key.attachment(), ready);
            }
        }
        Arrays.fill(batch, 0, count, null);
        return told;
    }

    @Override
    public boolean isInterruptible() {
        return true;
    }

    @Override
    public void wakeup() {
        // Like an eventfd, it is remembered until a selection consumes it.
        if (wakeups.notifySleeper()) {
            selector.wakeup();
        }
    }

    @Override
    public void close() {
        try {
            selector.close();
        } catch (IOException e) {
            System.getLogger(NioSelector.class.getName())
                    .log(System.Logger.Level.DEBUG, "closing a selector failed", e);
        }
    }

    private void ensureOpen() {
        if (!selector.isOpen()) {
            throw Ops.closed(name());
        }
    }

    private static int readiness(SelectionKey key) {
        try {
            return ops(key.readyOps() & key.interestOps());
        } catch (CancelledKeyException unregisteredByTheSink) {
            return 0;
        }
    }

    private static int keyOps(SelectableChannel channel, int ops) {
        int wanted =
                ((ops & READ) != 0 ? SelectionKey.OP_READ | SelectionKey.OP_ACCEPT : 0)
                        | ((ops & WRITE) != 0
                                ? SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT
                                : 0);
        int valid = wanted & channel.validOps();
        if (valid == 0) {
            throw new IllegalArgumentException(channel + " has no such readiness: " + ops);
        }
        return valid;
    }

    private static int ops(int keyOps) {
        return ((keyOps & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0 ? READ : 0)
                | ((keyOps & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0 ? WRITE : 0);
    }
}

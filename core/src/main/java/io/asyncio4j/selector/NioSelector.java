package io.asyncio4j.selector;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Timeouts;
import io.asyncio4j.os.WakeupState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * A selector over {@link java.nio.channels.Selector}. Works on every platform without native
 * access, but for channels only, and with timeouts in whole milliseconds.
 */
public final class NioSelector implements Selector {
    private static final SelectionKey[] NONE = {};

    private final java.nio.channels.Selector selector;
    private final WakeupState wakeups = new WakeupState();
    // Includes keys whose channel was closed and which the JDK has forgotten, until their owner
    // cancels them.
    private final Map<SelectableChannel, NioKey> keys = new IdentityHashMap<>();
    private SelectionKey[] batch = NONE;

    /**
     * Opens the selector.
     *
     * @throws UncheckedIOException if the process has no descriptor left
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
    public Key register(SelectableChannel channel, int ops, Listener listener) throws IOException {
        Ops.check(ops);
        ensureOpen();
        if (channel.isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        SelectionKey former = channel.keyFor(selector);
        if (former != null) {
            if (former.isValid()) {
                throw Ops.registeredAlready(channel);
            }
            forgetCancelled(); // otherwise the cancelled key would prevent the registration
        }
        int keyOps = keyOps(channel, ops);
        var key = new NioKey(channel.register(selector, keyOps), ops, listener);
        keys.put(channel, key);
        return key;
    }

    @Override
    public @Nullable Key find(SelectableChannel channel) {
        return keys.get(channel);
    }

    @Override
    public int select(long timeoutNanos) throws IOException {
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
        // Copied, because a listener may register, which may select again.
        batch = selected.toArray(batch);
        selected.clear();
        int reported = 0;
        for (int i = 0; i < count; i++) {
            SelectionKey key = batch[i];
            int ready = readiness(key);
            if (ready != 0) {
                reported++;
                ((NioKey) key.attachment()).listener.ready(ready);
            }
        }
        Arrays.fill(batch, 0, count, null);
        return reported;
    }

    @Override
    public boolean isInterruptible() {
        return true;
    }

    @Override
    public void wakeup() {
        // Like an eventfd, the wake-up stays set until a selection consumes it.
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

    /**
     * Makes the JDK forget cancelled keys and close the descriptors of closed channels, which it
     * does only in a selection; a loop that has nothing to wait for would not make one. What is
     * ready in this selection stays in the selected set, and the next select reports it.
     */
    private void forgetCancelled() {
        try {
            selector.selectNow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
        } catch (CancelledKeyException cancelledByAListener) {
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
        if (valid == 0 && wanted != 0) {
            throw new IllegalArgumentException(channel + " has no such readiness: " + ops);
        }
        return valid;
    }

    private static int ops(int keyOps) {
        return ((keyOps & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0 ? READ : 0)
                | ((keyOps & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0 ? WRITE : 0);
    }

    /** A selection key and its listener. It stays registered, with or without an interest. */
    private final class NioKey implements Key {
        final Listener listener;
        private final SelectionKey key;
        private int ops;

        @SuppressWarnings("this-escape") // only attached
        NioKey(SelectionKey key, int ops, Listener listener) {
            this.key = key;
            this.ops = ops;
            this.listener = listener;
            key.attach(this);
        }

        @Override
        public int interest() {
            return ops;
        }

        @Override
        public void interest(int newOps) {
            Ops.checkOrNone(newOps);
            if (!key.isValid()) {
                throw Ops.cancelled(key.channel());
            }
            key.interestOps(keyOps(key.channel(), newOps));
            ops = newOps;
        }

        @Override
        public Listener listener() {
            return listener;
        }

        @Override
        public void cancel() {
            if (keys.remove(key.channel(), this) && selector.isOpen()) {
                key.cancel();
                forgetCancelled();
            }
            ops = 0;
        }
    }
}

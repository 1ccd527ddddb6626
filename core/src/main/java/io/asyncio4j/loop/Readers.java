package io.asyncio4j.loop;

import io.asyncio4j.Handle;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.selector.Selector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;

/**
 * Implements {@code addReader} and related methods: user callbacks over the keys of a selector.
 * Only the selector records what is watched.
 */
final class Readers {

    /** The callbacks of one descriptor or channel. */
    private final class Callbacks implements Selector.Listener {
        @Nullable Handle reader;
        @Nullable Handle writer;

        @Override
        public void ready(int ops) {
            if ((ops & Selector.READ) != 0 && reader != null) {
                loop.enqueue(reader);
            }
            if ((ops & Selector.WRITE) != 0 && writer != null) {
                loop.enqueue(writer);
            }
        }

        @Nullable
        Handle get(int op) {
            return op == Selector.READ ? reader : writer;
        }

        void set(int op, @Nullable Handle handle) {
            if (op == Selector.READ) {
                reader = handle;
            } else {
                writer = handle;
            }
        }

        int ops() {
            return (reader != null ? Selector.READ : 0) | (writer != null ? Selector.WRITE : 0);
        }
    }

    private final BaseEventLoop loop;
    private final Selector selector;
    private int watched;

    Readers(BaseEventLoop loop, Selector selector) {
        this.loop = loop;
        this.selector = selector;
    }

    /** Returns whether any callback is waiting for readiness. */
    boolean isWatching() {
        return watched > 0;
    }

    void add(int fd, int op, Runnable callback) {
        if (fd < 0) {
            throw new IllegalArgumentException("fd must not be negative: " + fd);
        }
        add((Object) fd, op, callback);
    }

    void add(SelectableChannel channel, int op, Runnable callback) {
        add((Object) channel, op, callback);
    }

    private void add(Object what, int op, Runnable callback) {
        var handle = new Handle(callback, loop);
        Selector.Key key = find(what);
        try {
            if (key == null) {
                var callbacks = new Callbacks();
                callbacks.set(op, handle);
                register(what, op, callbacks);
                watched++;
                return;
            }
            Callbacks callbacks = callbacksOf(what, key);
            key.interest(callbacks.ops() | op);
            Handle replaced = callbacks.get(op);
            if (replaced != null) {
                replaced.cancel();
            }
            callbacks.set(op, handle);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean remove(Object what, int op) {
        Selector.Key key = find(what);
        if (key == null || !(key.listener() instanceof Callbacks callbacks)) {
            return false;
        }
        Handle removed = callbacks.get(op);
        if (removed == null) {
            return false;
        }
        removed.cancel();
        callbacks.set(op, null);
        if (callbacks.ops() == 0) {
            key.cancel();
            watched--;
        } else if (!(what instanceof SelectableChannel channel) || channel.isOpen()) {
            try {
                key.interest(callbacks.ops());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return true;
    }

    private static Callbacks callbacksOf(Object what, Selector.Key key) {
        if (key.listener() instanceof Callbacks callbacks) {
            return callbacks;
        }
        throw new IllegalStateException(
                (what instanceof Integer ? "Descriptor " + what : what)
                        + " belongs to a transport of this loop; use the transport instead");
    }

    private Selector.@Nullable Key find(Object what) {
        return what instanceof SelectableChannel channel
                ? selector.find(channel)
                : selector.find((int) what);
    }

    private void register(Object what, int ops, Callbacks callbacks) throws IOException {
        if (what instanceof SelectableChannel channel) {
            selector.register(channel, ops, callbacks);
        } else {
            selector.register((int) what, ops, callbacks);
        }
    }
}

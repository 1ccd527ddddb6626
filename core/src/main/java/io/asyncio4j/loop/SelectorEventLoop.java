package io.asyncio4j.loop;

import io.asyncio4j.Handle;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.selector.Selector;
import io.asyncio4j.selector.Selectors;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/**
 * An event loop that waits until descriptors are ready, by means of a {@link Selector}. Open to
 * subclasses that wait in another way, in {@link #poll}, and leave the rest alone.
 */
public class SelectorEventLoop extends BaseEventLoop {

    /** Who waits for a descriptor or channel. */
    private static final class Watch {
        @Nullable Handle reader;
        @Nullable Handle writer;

        int ops() {
            return (reader != null ? Selector.READ : 0) | (writer != null ? Selector.WRITE : 0);
        }
    }

    private final Selector selector;
    // Keys are Integer for descriptors and SelectableChannel for channels.
    private final Map<Object, Watch> watches = new HashMap<>();

    /** Creates a loop over the best selector that works here. */
    public SelectorEventLoop() {
        this(Selectors.open());
    }

    /** Creates a loop over {@code selector}, which it owns and closes. */
    public SelectorEventLoop(Selector selector) {
        this.selector = Objects.requireNonNull(selector, "selector");
    }

    /** Returns the name of the selector, such as {@code epoll}. */
    public String selectorName() {
        return selector.name();
    }

    @Override
    protected void poll(long timeoutNanos) throws IOException {
        selector.select(timeoutNanos, this::enqueueReady);
    }

    @Override
    protected boolean isPollInterruptible() {
        return selector.isInterruptible();
    }

    private void enqueueReady(Object attachment, int ops) {
        var watch = (Watch) attachment;
        if ((ops & Selector.READ) != 0 && watch.reader != null) {
            enqueue(watch.reader);
        }
        if ((ops & Selector.WRITE) != 0 && watch.writer != null) {
            enqueue(watch.writer);
        }
    }

    @Override
    protected void wakeUp() {
        selector.wakeup();
    }

    @Override
    protected boolean hasIo() {
        return !watches.isEmpty();
    }

    @Override
    protected void closeIo() {
        watches.clear();
        selector.close();
    }

    @Override
    public void addReader(int fd, Runnable callback) {
        requireDescriptor(fd);
        watch(fd, Selector.READ, new Handle(callback, this));
    }

    @Override
    public void addWriter(int fd, Runnable callback) {
        requireDescriptor(fd);
        watch(fd, Selector.WRITE, new Handle(callback, this));
    }

    @Override
    public boolean removeReader(int fd) {
        return unwatch(fd, Selector.READ);
    }

    @Override
    public boolean removeWriter(int fd) {
        return unwatch(fd, Selector.WRITE);
    }

    @Override
    public void addReader(SelectableChannel channel, Runnable callback) {
        watch(channel, Selector.READ, new Handle(callback, this));
    }

    @Override
    public void addWriter(SelectableChannel channel, Runnable callback) {
        watch(channel, Selector.WRITE, new Handle(callback, this));
    }

    @Override
    public boolean removeReader(SelectableChannel channel) {
        return unwatch(channel, Selector.READ);
    }

    @Override
    public boolean removeWriter(SelectableChannel channel) {
        return unwatch(channel, Selector.WRITE);
    }

    private void watch(Object key, int op, Handle handle) {
        requireOpen();
        requireOwnTurn(op == Selector.READ ? "addReader" : "addWriter");
        Watch watch = watches.get(key);
        boolean added = watch == null;
        if (watch == null) {
            watch = new Watch();
        }
        int before = watch.ops();
        Handle replaced = op == Selector.READ ? watch.reader : watch.writer;
        set(watch, op, handle);
        try {
            if (added) {
                register(key, watch.ops(), watch);
                watches.put(key, watch);
            } else if (watch.ops() != before) {
                modify(key, watch.ops());
            }
        } catch (IOException e) {
            set(watch, op, replaced);
            throw new UncheckedIOException(e);
        } catch (RuntimeException refused) {
            set(watch, op, replaced);
            throw refused;
        }
        if (replaced != null) {
            replaced.cancel();
        }
    }

    private boolean unwatch(Object key, int op) {
        if (isClosed()) {
            return false;
        }
        requireOwnTurn(op == Selector.READ ? "removeReader" : "removeWriter");
        Watch watch = watches.get(key);
        Handle removed = watch == null ? null : op == Selector.READ ? watch.reader : watch.writer;
        if (watch == null || removed == null) {
            return false;
        }
        removed.cancel();
        set(watch, op, null);
        boolean gone = key instanceof SelectableChannel channel && !channel.isOpen();
        if (watch.ops() != 0 && !gone) {
            try {
                modify(key, watch.ops());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        } else if (watch.ops() == 0) {
            // Left registered without an interest, a hang-up would end every wait at once.
            watches.remove(key);
            unregister(key);
        }
        return true;
    }

    private static void set(Watch watch, int op, @Nullable Handle handle) {
        if (op == Selector.READ) {
            watch.reader = handle;
        } else {
            watch.writer = handle;
        }
    }

    private void register(Object key, int ops, Watch watch) throws IOException {
        if (key instanceof SelectableChannel channel) {
            selector.register(channel, ops, watch);
        } else {
            selector.register((int) key, ops, watch);
        }
    }

    private void modify(Object key, int ops) throws IOException {
        if (key instanceof SelectableChannel channel) {
            selector.modify(channel, ops);
        } else {
            selector.modify((int) key, ops);
        }
    }

    private void unregister(Object key) {
        if (key instanceof SelectableChannel channel) {
            selector.unregister(channel);
        } else {
            selector.unregister((int) key);
        }
    }

    private static void requireDescriptor(int fd) {
        if (fd < 0) {
            throw new IllegalArgumentException("Not a file descriptor: " + fd);
        }
    }
}

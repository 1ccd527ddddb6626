package io.asyncio4j.loop;

import io.asyncio4j.io.Engine;
import io.asyncio4j.selector.Selector;
import java.io.IOException;
import java.nio.channels.SelectableChannel;

/**
 * What loops share that wait with a {@link Selector}, be it over readiness or over completions: the
 * callbacks of {@code addReader} and its like.
 */
abstract class SelectingEventLoop extends BaseEventLoop {
    final Selector selector;
    private final Readers readers;

    SelectingEventLoop(Selector selector) {
        this.selector = selector;
        this.readers = new Readers(this, selector);
    }

    /** Implemented by the loops of this package alone: transports stand on it. */
    @Override
    abstract Engine engine();

    @Override
    protected void poll(long timeoutNanos) throws IOException {
        engine().beginIteration();
        selector.select(timeoutNanos);
    }

    @Override
    protected void wakeUp() {
        selector.wakeup();
    }

    @Override
    protected boolean isPollInterruptible() {
        return selector.isInterruptible();
    }

    @Override
    protected boolean hasIo() {
        return readers.isWatching() || engine().isWaiting();
    }

    @Override
    public void addReader(int fd, Runnable callback) {
        mayAdd("addReader");
        readers.add(fd, Selector.READ, callback);
    }

    @Override
    public void addWriter(int fd, Runnable callback) {
        mayAdd("addWriter");
        readers.add(fd, Selector.WRITE, callback);
    }

    @Override
    public boolean removeReader(int fd) {
        return mayRemove("removeReader") && readers.remove(fd, Selector.READ);
    }

    @Override
    public boolean removeWriter(int fd) {
        return mayRemove("removeWriter") && readers.remove(fd, Selector.WRITE);
    }

    @Override
    public void addReader(SelectableChannel channel, Runnable callback) {
        mayAdd("addReader");
        readers.add(channel, Selector.READ, callback);
    }

    @Override
    public void addWriter(SelectableChannel channel, Runnable callback) {
        mayAdd("addWriter");
        readers.add(channel, Selector.WRITE, callback);
    }

    @Override
    public boolean removeReader(SelectableChannel channel) {
        return mayRemove("removeReader") && readers.remove(channel, Selector.READ);
    }

    @Override
    public boolean removeWriter(SelectableChannel channel) {
        return mayRemove("removeWriter") && readers.remove(channel, Selector.WRITE);
    }

    private void mayAdd(String method) {
        requireOpen();
        requireOwnTurn(method);
    }

    /** Returns false if the loop is closed, because nothing is watched then. */
    private boolean mayRemove(String method) {
        if (isClosed()) {
            return false;
        }
        requireOwnTurn(method);
        return true;
    }
}

package io.asyncio4j.loop;

import io.asyncio4j.child.Starter;
import io.asyncio4j.io.Engine;
import io.asyncio4j.io.ReadinessEngine;
import io.asyncio4j.os.Os;
import io.asyncio4j.selector.Selector;
import io.asyncio4j.selector.Selectors;
import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.Objects;

/**
 * An event loop that waits for ready descriptors with a {@link Selector}. A subclass may override
 * {@link #poll} to wait in another way. On Windows it has no subprocesses, as in Python.
 */
@SuppressWarnings("this-escape") // the parts keep the loop, and use it only once it runs
public class SelectorEventLoop extends BaseEventLoop {

    private final Selector selector;
    private final Readers readers;
    private final Engine engine;

    /** Creates a loop over the default selector; see {@link Selectors#open()}. */
    public SelectorEventLoop() {
        this(Selectors.open());
    }

    /** Creates a loop over {@code selector}, which it owns and closes. */
    public SelectorEventLoop(Selector selector) {
        this.selector = Objects.requireNonNull(selector, "selector");
        this.readers = new Readers(this, selector);
        this.engine = new ReadinessEngine(this, selector, this::enqueue);
    }

    /** Returns the name of the selector, such as {@code epoll}. */
    public String selectorName() {
        return selector.name();
    }

    @Override
    final Engine engine() {
        return engine;
    }

    @Override
    final Starter starter() {
        if (!Os.current().isUnix()) {
            throw new UnsupportedOperationException(
                    "A SelectorEventLoop has no subprocesses on Windows, whose pipes no selector"
                            + " can wait for; use a ProactorEventLoop, which the default policy"
                            + " creates there");
        }
        return Starter.SPAWN;
    }

    @Override
    protected boolean isPollInterruptible() {
        return selector.isInterruptible();
    }

    @Override
    protected void poll(long timeoutNanos) throws IOException {
        engine.beginIteration();
        selector.select(timeoutNanos);
    }

    @Override
    protected void wakeUp() {
        selector.wakeup();
    }

    @Override
    protected boolean hasIo() {
        return readers.isWatching() || engine.isWaiting();
    }

    @Override
    protected void closeIo() {
        engine.close();
        selector.close();
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

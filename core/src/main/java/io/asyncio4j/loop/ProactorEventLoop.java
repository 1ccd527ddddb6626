package io.asyncio4j.loop;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.io.CompletionEngine;
import io.asyncio4j.io.Engine;
import io.asyncio4j.io.ReadinessEngine;
import io.asyncio4j.os.UringFeatures;
import io.asyncio4j.proactor.Proactor;
import io.asyncio4j.proactor.UringProactor;
import io.asyncio4j.selector.Selector;
import io.asyncio4j.selector.UringSelector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;

/**
 * An event loop whose I/O the kernel completes: over {@code io_uring(7)}. One system call in each
 * iteration submits what was asked for and waits.
 */
@SuppressWarnings("this-escape") // the parts keep the loop, and use it only once it runs
public final class ProactorEventLoop extends BaseEventLoop {

    private final UringSelector selector;
    private final Readers readers;
    private final Engine engine;

    /**
     * Creates a loop.
     *
     * @throws UncheckedIOException if io_uring cannot be used here, saying why
     */
    public ProactorEventLoop() {
        this(open());
    }

    private static UringProactor open() {
        try {
            return new UringProactor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates a loop over {@code proactor}, which it closes. */
    ProactorEventLoop(Proactor proactor) {
        if (proactor instanceof UringProactor uring) {
            uring.serve(this);
        }
        this.selector = new UringSelector(proactor);
        this.readers = new Readers(this, selector);
        this.engine =
                new CompletionEngine(
                        this,
                        proactor,
                        new ReadinessEngine(this, selector, this::enqueue),
                        this::enqueue);
    }

    /** Returns why such a loop cannot be created here, and how to remedy that; null if it can. */
    public static @Nullable String unavailableReason() {
        return UringFeatures.unavailableReason();
    }

    @Override
    Engine engine() {
        return engine;
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
        // What is in flight ends before its descriptors are closed.
        selector.close();
        engine.close();
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

    private boolean mayRemove(String method) {
        if (isClosed()) {
            return false;
        }
        requireOwnTurn(method);
        return true;
    }
}

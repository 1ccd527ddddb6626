package io.asyncio4j.loop;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.child.Starter;
import io.asyncio4j.io.CompletionEngine;
import io.asyncio4j.io.Engine;
import io.asyncio4j.io.ReadinessEngine;
import io.asyncio4j.os.Errno;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.Os;
import io.asyncio4j.os.UringFeatures;
import io.asyncio4j.proactor.NioProactor;
import io.asyncio4j.proactor.Proactor;
import io.asyncio4j.proactor.UringProactor;
import io.asyncio4j.selector.Selector;
import io.asyncio4j.selector.UringSelector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SelectableChannel;

/**
 * An event loop over completions: what it asks for is done elsewhere, and then reported. There are
 * two of them.
 *
 * <ul>
 *   <li>Over {@code io_uring(7)}, where that works: the kernel moves the bytes of descriptors, and
 *       one system call in each iteration submits what was asked for and waits.
 *   <li>The portable one, elsewhere and on Windows: threads move the bytes of {@code java.nio}
 *       channels and of the streams of children. It makes no native calls. Descriptors cannot be
 *       watched ({@code addReader}) or connected there. Its children are those of {@code
 *       java.lang.ProcessBuilder}, which lacks some options of a {@code Command}, and sends no
 *       signals but SIGTERM and SIGKILL. Their return code is {@link Process#exitValue()}, on Unix
 *       128 plus the number of the signal that has ended one; no child watcher is asked for it.
 * </ul>
 */
@SuppressWarnings("this-escape") // the parts keep the loop, and use it only once it runs
public final class ProactorEventLoop extends BaseEventLoop {

    private final Proactor proactor;
    private final Selector selector;
    private final Readers readers;
    private final Engine engine;
    private final Starter starter;

    /**
     * Creates a loop over io_uring; the portable one where {@link #unavailableReason()} has a
     * reason, and on Windows.
     *
     * @throws UncheckedIOException if io_uring works here, but no descriptor is left
     */
    public ProactorEventLoop() {
        this(open());
    }

    /** Creates the portable loop, wherever this is. */
    public static ProactorEventLoop portable() {
        return new ProactorEventLoop(new NioProactor());
    }

    private static Proactor open() {
        if (Os.current() == Os.LINUX && NativeAccess.available()) {
            try {
                return new UringProactor();
            } catch (IOException e) {
                if (Errno.is(e, Errno.EMFILE) || Errno.is(e, Errno.ENFILE)) {
                    // For the moment only: another loop than the one before would surprise.
                    throw new UncheckedIOException(e);
                }
            }
        }
        return new NioProactor();
    }

    /** Creates a loop over {@code proactor}, which it closes. */
    ProactorEventLoop(Proactor proactor) {
        this.proactor = proactor;
        if (proactor instanceof NioProactor threads) {
            this.selector = new ProactorWait(threads);
            this.engine = CompletionEngine.ofChannels(this, threads, this::enqueue);
            this.starter = Starter.PROCESS_BUILDER;
        } else {
            if (proactor instanceof UringProactor uring) {
                uring.serve(this);
            }
            this.selector = new UringSelector(proactor);
            this.engine =
                    CompletionEngine.ofDescriptors(
                            this,
                            proactor,
                            new ReadinessEngine(this, selector, this::enqueue),
                            this::enqueue);
            this.starter = Starter.SPAWN;
        }
        this.readers = new Readers(this, selector);
    }

    /**
     * Returns why loops are not over io_uring here, but portable, and how to remedy that; null if
     * they are over io_uring.
     */
    public static @Nullable String unavailableReason() {
        return UringFeatures.unavailableReason();
    }

    /** Returns what completes its operations: {@code io_uring} or {@code portable}. */
    public String proactorName() {
        return selector.name();
    }

    @Override
    Starter starter() {
        return starter;
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

    /** A ring belongs to one thread. */
    @Override
    protected boolean isPollConfined() {
        return proactor instanceof UringProactor;
    }

    @Override
    protected void wakeUp() {
        selector.wakeup();
    }

    @Override
    protected boolean hasIo() {
        return proactor.inFlight() > 0;
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

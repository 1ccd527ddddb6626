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
import io.asyncio4j.selector.UringSelector;
import java.io.IOException;
import java.io.UncheckedIOException;

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
public final class ProactorEventLoop extends SelectingEventLoop {

    private final Proactor proactor;
    private final Engine engine;
    private final Starter starter;

    /**
     * Creates a loop over io_uring; the portable one where {@link #unavailableReason()} has a
     * reason, and on Windows.
     *
     * @throws UncheckedIOException if io_uring works here, but no descriptor is left
     */
    public ProactorEventLoop() {
        this(open(), true);
    }

    /** Creates the portable loop, wherever this is. */
    public static ProactorEventLoop portable() {
        return new ProactorEventLoop(new NioProactor(), false);
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

    /**
     * Creates a loop over {@code proactor}, which it closes.
     *
     * @param writesAtOnce whether what descriptors take without waiting is written without an
     *     operation
     */
    ProactorEventLoop(Proactor proactor, boolean writesAtOnce) {
        super(
                proactor instanceof NioProactor threads
                        ? new ProactorWait(threads)
                        : new UringSelector(proactor));
        this.proactor = proactor;
        if (proactor instanceof NioProactor) {
            this.engine = CompletionEngine.ofChannels(this, proactor, this::enqueue);
            this.starter = Starter.PROCESS_BUILDER;
        } else {
            if (proactor instanceof UringProactor uring) {
                uring.serve(this);
            }
            this.engine =
                    CompletionEngine.ofDescriptors(
                            this,
                            proactor,
                            new ReadinessEngine(this, selector, this::enqueue),
                            writesAtOnce,
                            this::enqueue);
            this.starter = Starter.SPAWN;
        }
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

    /** A ring belongs to one thread. */
    @Override
    protected boolean isPollConfined() {
        return proactor instanceof UringProactor;
    }

    /** Readers, transports and the waits for children are all operations. */
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
}

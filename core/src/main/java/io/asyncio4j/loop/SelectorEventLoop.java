package io.asyncio4j.loop;

import io.asyncio4j.child.Starter;
import io.asyncio4j.io.Engine;
import io.asyncio4j.io.ReadinessEngine;
import io.asyncio4j.os.Os;
import io.asyncio4j.selector.Selector;
import io.asyncio4j.selector.Selectors;
import java.util.Objects;

/**
 * An event loop that waits for ready descriptors with a {@link Selector}. A subclass may override
 * {@link #poll} to wait in another way. On Windows it has no subprocesses, as in Python.
 */
@SuppressWarnings("this-escape") // the parts keep the loop, and use it only once it runs
public class SelectorEventLoop extends SelectingEventLoop {

    private final Engine engine;

    /** Creates a loop over the default selector; see {@link Selectors#open()}. */
    public SelectorEventLoop() {
        this(Selectors.open());
    }

    /** Creates a loop over {@code selector}, which it owns and closes. */
    public SelectorEventLoop(Selector selector) {
        super(Objects.requireNonNull(selector, "selector"));
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
    protected void closeIo() {
        engine.close();
        selector.close();
    }
}

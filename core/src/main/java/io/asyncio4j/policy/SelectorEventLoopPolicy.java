package io.asyncio4j.policy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.Os;
import io.asyncio4j.selector.Selectors;

/**
 * A {@link DefaultEventLoopPolicy} whose loops are {@link SelectorEventLoop}s, on every system; the
 * property {@code asyncio4j.policy=selector} chooses it. On Windows they are over {@code java.nio}
 * selectors, and have no subprocesses.
 */
public class SelectorEventLoopPolicy extends DefaultEventLoopPolicy {

    /** Creates a policy in which no thread has a loop. */
    public SelectorEventLoopPolicy() {}

    @Override
    public EventLoop newEventLoop() {
        return Os.current().isUnix()
                ? new SelectorEventLoop()
                : new SelectorEventLoop(Selectors.open("nio"));
    }
}

package io.asyncio4j.policy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.ProactorEventLoop;

/**
 * A {@link DefaultEventLoopPolicy} whose loops are {@link ProactorEventLoop}s, on every system; the
 * property {@code asyncio4j.policy=proactor} chooses it.
 */
public class ProactorEventLoopPolicy extends DefaultEventLoopPolicy {

    /** Creates a policy in which no thread has a loop. */
    public ProactorEventLoopPolicy() {}

    @Override
    public EventLoop newEventLoop() {
        return new ProactorEventLoop();
    }
}

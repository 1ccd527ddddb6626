package io.asyncio4j.testing;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.Policies;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import io.asyncio4j.selector.EpollSelector;
import io.asyncio4j.selector.PollSelector;
import io.asyncio4j.watcher.ChildWatcher;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

/** The kinds of loop that serve descriptors, to run a test on each. */
public enum LoopKind {
    EPOLL(() -> new SelectorEventLoop(new EpollSelector())),
    POLL(() -> new SelectorEventLoop(new PollSelector()));

    private final Supplier<EventLoop> factory;

    LoopKind(Supplier<EventLoop> factory) {
        this.factory = factory;
    }

    /** Creates a loop of this kind. */
    public EventLoop open() {
        return factory.get();
    }

    /** Runs {@code body} as a task of such a loop, with the default watcher. */
    public <T extends @Nullable Object> T run(Callable<T> body) throws Exception {
        return run(null, body);
    }

    /** Runs {@code body} as a task of such a loop, with {@code watcher}. */
    public <T extends @Nullable Object> T run(@Nullable ChildWatcher watcher, Callable<T> body)
            throws Exception {
        var policy =
                new DefaultEventLoopPolicy() {
                    @Override
                    public EventLoop newEventLoop() {
                        return open();
                    }

                    @Override
                    protected ChildWatcher newChildWatcher() {
                        return watcher == null ? super.newChildWatcher() : watcher;
                    }
                };
        return Policies.where(policy).call(() -> Asyncio.run(body::call));
    }
}

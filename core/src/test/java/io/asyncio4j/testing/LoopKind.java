package io.asyncio4j.testing;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.selector.Selectors;
import io.asyncio4j.watcher.ChildWatcher;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * The kinds of loop that serve descriptors, to run a test on each: all of {@link Selectors#NAMES}
 * but {@code nio}.
 */
public enum LoopKind {
    EPOLL,
    POLL;

    /** Returns the name of the loop's selector. */
    public String selector() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Creates a loop of this kind. */
    public EventLoop open() {
        return new SelectorEventLoop(Selectors.open(selector()));
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

package io.asyncio4j.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.ProactorEventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.selector.Selectors;
import io.asyncio4j.watcher.ChildWatcher;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * The kinds of loop that serve descriptors, to run a test on each: a selector loop over each of
 * {@link Selectors#NAMES} but {@code nio}, and the proactor loop.
 */
public enum LoopKind {
    EPOLL,
    POLL,
    IO_URING;

    /** Returns whether {@code watcher} waits on such loops. */
    public boolean fits(String watcher) {
        return this == IO_URING || !watcher.equals("uring");
    }

    /** Returns whether a write moves bytes at once, and not by an operation of the next poll. */
    public boolean writesAtOnce() {
        return this != IO_URING;
    }

    /** Returns a kind of loop on which {@code watcher} waits. */
    public static LoopKind fitting(String watcher) {
        return EPOLL.fits(watcher) ? EPOLL : IO_URING;
    }

    /** Creates a loop of this kind. */
    public EventLoop open() {
        if (this == IO_URING) {
            String reason = ProactorEventLoop.unavailableReason();
            assumeTrue(reason == null, reason);
            return new ProactorEventLoop();
        }
        return new SelectorEventLoop(Selectors.open(name().toLowerCase(Locale.ROOT)));
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

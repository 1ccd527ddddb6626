package io.asyncio4j.testing;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.ProactorEventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.selector.Selectors;
import io.asyncio4j.watcher.ChildWatcher;
import java.util.Locale;
import java.util.concurrent.Callable;

/**
 * The kinds of loop that have children, to run a test on each: a selector loop over each of {@link
 * Selectors#NAMES} but {@code nio}, and the proactor loops.
 *
 * <p>Without native access, as with {@code -Dasyncio4j.backend=portable}, only the portable one is
 * there: tests of the others are aborted.
 */
public enum LoopKind {
    EPOLL,
    POLL,
    IO_URING,
    PORTABLE;

    /** Returns whether {@code watcher} waits on such loops. */
    public boolean fits(String watcher) {
        return this == IO_URING || (hasNativeCalls() && !watcher.equals("uring"));
    }

    /**
     * Returns whether such loops make native calls: for descriptors, for children with every option
     * and signal, and for the watchers that report their exits.
     */
    public boolean hasNativeCalls() {
        return this != PORTABLE;
    }

    /** Aborts a test of what only loops with native calls have. */
    public void assumeNativeCalls(String what) {
        assumeTrue(hasNativeCalls(), () -> "The portable loop has no " + what);
        assumeTrue(NativeAccess.available(), NativeAccess.reason());
    }

    /** Returns the return code of a child that a signal has ended. */
    public int signalled(int signal) {
        return hasNativeCalls() ? -signal : 128 + signal;
    }

    /** Returns a kind of loop on which {@code watcher} waits. */
    public static LoopKind fitting(String watcher) {
        return EPOLL.fits(watcher) ? EPOLL : IO_URING;
    }

    /** Creates a loop of this kind. */
    public EventLoop open() {
        if (this == PORTABLE) {
            return ProactorEventLoop.portable();
        }
        assumeTrue(NativeAccess.available(), NativeAccess.reason());
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

package io.asyncio4j.policy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.ProactorEventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.MainThread;
import io.asyncio4j.os.Os;
import io.asyncio4j.spi.LoopContext;
import io.asyncio4j.warning.DeprecationWarning;
import io.asyncio4j.warning.Warnings;
import io.asyncio4j.watcher.AbstractChildWatcher;
import io.asyncio4j.watcher.ChildWatcher;
import io.asyncio4j.watcher.ThreadedChildWatcher;
import java.util.Map;
import java.util.WeakHashMap;

/**
 * The policy that is used unless another is set: a loop for each thread. The loop is a {@link
 * SelectorEventLoop} with the best selector on Unix, and a {@link ProactorEventLoop} on Windows.
 *
 * <p>For a custom policy, extend it and override what differs:
 *
 * <pre>{@code
 * final class TracingPolicy extends DefaultEventLoopPolicy {
 *     @Override public EventLoop newEventLoop() {
 *         return new SelectorEventLoop(new PollSelector());
 *     }
 * }
 * }</pre>
 *
 * <p>Thread-safe.
 */
public class DefaultEventLoopPolicy extends AbstractEventLoopPolicy {

    /** Records that a loop was set for a thread, which may be null. */
    private record Choice(@Nullable EventLoop loop) {}

    private final Object lock = new Object();

    /**
     * Held while a watcher is replaced, and acquired before {@link #lock}: so the current watcher
     * is never one whose children another thread is about to hand over.
     */
    private final Object replacing = new Object();

    private final Map<Thread, Choice> choices = new WeakHashMap<>();
    private @Nullable ChildWatcher watcher;

    /** Creates a policy in which no thread has a loop. */
    public DefaultEventLoopPolicy() {}

    /**
     * Returns the loop of the current thread, even if it is closed. In the main thread, creates one
     * with a {@link DeprecationWarning} if {@link #setEventLoop} was never called there.
     *
     * @throws IllegalStateException if the thread has no loop
     */
    @Override
    public EventLoop getEventLoop() {
        Thread thread = LoopContext.policyThread();
        Choice choice = choiceOf(thread);
        if (choice == null && MainThread.is(thread)) {
            Warnings.warn(DeprecationWarning.class, "There is no current event loop");
            setEventLoop(newEventLoop());
            choice = choiceOf(thread);
        }
        EventLoop loop = choice == null ? null : choice.loop();
        if (loop == null) {
            throw new IllegalStateException(
                    "There is no current event loop in thread '" + thread.getName() + "'.");
        }
        return loop;
    }

    @Override
    public void setEventLoop(@Nullable EventLoop loop) {
        Thread thread = LoopContext.policyThread();
        ChildWatcher existing;
        synchronized (lock) {
            choices.put(thread, new Choice(loop));
            existing = watcher;
        }
        if (existing != null && MainThread.is(thread)) {
            existing.attachLoop(loop);
        }
    }

    /** {@inheritDoc} Override to choose another kind. */
    @Override
    public EventLoop newEventLoop() {
        return Os.current() == Os.WINDOWS ? new ProactorEventLoop() : new SelectorEventLoop();
    }

    /** Creates the watcher that {@link #getChildWatcher()} returns; override to choose another. */
    protected ChildWatcher newChildWatcher() {
        return new ThreadedChildWatcher();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A watcher created on the main thread is attached to that thread's loop, if it has one.
     */
    @Deprecated
    @Override
    public ChildWatcher getChildWatcher() {
        requireUnix("getChildWatcher");
        Warnings.warn(
                DeprecationWarning.class,
                "getChildWatcher is deprecated; override newChildWatcher of the policy to choose"
                        + " the child watcher");
        return present();
    }

    /**
     * {@inheritDoc}
     *
     * <p>Pending children of the old watcher are first handed over to the new one (see {@link
     * AbstractChildWatcher#handOver}): no exit is lost or reported twice. Setting the current
     * watcher again is a no-op.
     */
    @Deprecated
    @Override
    public void setChildWatcher(@Nullable ChildWatcher newWatcher) {
        requireUnix("setChildWatcher");
        Warnings.warn(
                DeprecationWarning.class,
                "setChildWatcher is deprecated; override newChildWatcher of the policy to choose"
                        + " the child watcher");
        synchronized (replacing) {
            replace(newWatcher);
        }
    }

    private void replace(@Nullable ChildWatcher newWatcher) {
        if (newWatcher instanceof AbstractChildWatcher returning) {
            returning.reopen();
        }
        ChildWatcher replaced;
        Choice here;
        synchronized (lock) {
            replaced = watcher;
            watcher = newWatcher;
            here = choices.get(LoopContext.policyThread());
        }
        if (replaced == null || replaced == newWatcher) {
            return;
        }
        if (replaced instanceof AbstractChildWatcher generous) {
            generous.handOver(newWatcher, here == null ? null : here.loop());
        }
        replaced.close();
    }

    private ChildWatcher present() {
        synchronized (lock) {
            if (watcher != null) {
                return watcher;
            }
            ChildWatcher made = newChildWatcher();
            watcher = made;
            Thread thread = LoopContext.policyThread();
            Choice choice = choices.get(thread);
            if (choice != null && choice.loop() != null && MainThread.is(thread)) {
                made.attachLoop(choice.loop());
            }
            return made;
        }
    }

    private @Nullable Choice choiceOf(Thread thread) {
        synchronized (lock) {
            return choices.get(thread);
        }
    }

    private static void requireUnix(String method) {
        if (!Os.current().isUnix()) {
            throw new UnsupportedOperationException(
                    method + " is not supported on Windows, which has no child watchers");
        }
    }
}

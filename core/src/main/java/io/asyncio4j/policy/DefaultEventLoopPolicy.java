package io.asyncio4j.policy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
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
 * The policy of a process that asks for nothing else: a loop for each thread, {@link
 * SelectorEventLoop} with the best selector on Unix, with {@code java.nio} selectors on Windows
 * until there is a proactor loop.
 *
 * <p>To customise, extend it and override what differs:
 *
 * <pre>{@code
 * final class TracingPolicy extends DefaultEventLoopPolicy {
 *     @Override public EventLoop newEventLoop() {
 *         return new SelectorEventLoop(new PollSelector());
 *     }
 * }
 * }</pre>
 *
 * <p>Safe for use by many threads.
 */
public class DefaultEventLoopPolicy extends AbstractEventLoopPolicy {

    /** What a thread was told: the loop, and that it was told at all. */
    private record Choice(@Nullable EventLoop loop) {}

    private final Object lock = new Object();

    /**
     * Held while a watcher is replaced, before {@link #lock}: so that the present one is never a
     * watcher that another thread is about to have hand its children over.
     */
    private final Object replacing = new Object();

    private final Map<Thread, Choice> choices = new WeakHashMap<>();
    private @Nullable ChildWatcher watcher;

    /** Creates a policy in which no thread has a loop. */
    public DefaultEventLoopPolicy() {}

    /**
     * Returns the loop of the current thread, even a closed one. The main thread gets a new one,
     * with a {@link DeprecationWarning}, unless {@link #setEventLoop} was ever called there.
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

    /** {@inheritDoc} Override to choose another. */
    @Override
    public EventLoop newEventLoop() {
        return Os.current() == Os.WINDOWS
                ? WindowsSelectorEventLoopPolicy.newWindowsLoop()
                : new SelectorEventLoop();
    }

    /** Creates the watcher that {@link #getChildWatcher()} returns; override to choose another. */
    protected ChildWatcher newChildWatcher() {
        return new ThreadedChildWatcher();
    }

    /**
     * {@inheritDoc}
     *
     * <p>A watcher made on the main thread is attached to that thread's loop, if it has one.
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
     * <p>Children that the old one still waits for are handed over to the new one first, see {@link
     * AbstractChildWatcher#handOver}: none is lost, none is told of twice. Setting the watcher that
     * is there already does nothing.
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
                    method + ": there are no child watchers on Windows");
        }
    }
}

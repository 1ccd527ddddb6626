package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;

/**
 * Checks each of its children whenever SIGCHLD reports that some child has ended. Leaves the
 * children of other code alone. The cost of an exit grows with the number of children.
 *
 * <p>Active while it is attached to a running loop of the main thread; handlers run there. Children
 * may be registered from any thread, and before a loop is attached: their exits are reported once
 * it is.
 *
 * @deprecated use {@link PidfdChildWatcher} or {@link ThreadedChildWatcher}, which need neither the
 *     main thread nor a signal
 */
@Deprecated
public final class SafeChildWatcher extends LoopSignalWatcher {

    /** Creates a watcher that is attached to no loop. */
    public SafeChildWatcher() {
        this(new Registry());
    }

    SafeChildWatcher(Registry registry) {
        super(Watchers.Kind.SAFE, registry);
    }

    /** {@inheritDoc} Checks the child at once, because it may have ended already. */
    @Override
    public void addChildHandler(long pid, ChildHandler handler) {
        adopt(pid, null, handler);
    }

    @Override
    public void adopt(long pid, @Nullable EventLoop loop, ChildHandler handler) {
        Registry.checkArguments(pid, handler);
        verifyHandler();
        EventLoop current = attached();
        registry.settleFormer(pid, current);
        PendingChild pending = registry.add(pid, null, handler);
        if (pending != null && current != null) {
            guarded(current, () -> registry.check(pending, current));
        }
    }

    @Override
    void scan(EventLoop attached) {
        for (PendingChild pending : registry.pending()) {
            guarded(attached, () -> registry.check(pending, attached));
        }
    }

    @Override
    public Guard enter() {
        return Guard.NONE;
    }
}

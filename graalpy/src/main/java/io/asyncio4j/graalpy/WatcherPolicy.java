package io.asyncio4j.graalpy;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import io.asyncio4j.warning.DeprecationWarning;
import io.asyncio4j.warning.Warnings;
import io.asyncio4j.watcher.ChildWatcher;

/** The Java side of a Python policy: the watcher that children are started with. */
public final class WatcherPolicy extends DefaultEventLoopPolicy {

    /** Creates a policy without a watcher. */
    public WatcherPolicy() {}

    /**
     * Replaces the watcher, which the children that the former one waits for are handed over to.
     */
    @SuppressWarnings("deprecation") // it is Python that warns
    public void replaceWatcher(@Nullable ChildWatcher watcher) {
        Warnings.ignoring(
                DeprecationWarning.class,
                () -> {
                    setChildWatcher(watcher);
                    return true;
                });
    }
}

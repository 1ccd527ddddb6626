package io.asyncio4j.watcher;

/** Waits for each child in a thread of its own. */
public final class ThreadedChildWatcher extends AbstractChildWatcher {
    /** Creates a watcher. */
    public ThreadedChildWatcher() {}
}

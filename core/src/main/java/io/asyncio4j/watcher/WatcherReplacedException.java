package io.asyncio4j.watcher;

/**
 * Thrown when a child is registered with a watcher that has handed its children over to its
 * successor. The child remains unreaped: register it with the successor, which is the watcher that
 * the policy returns, or put the watcher back into service with {@link
 * AbstractChildWatcher#reopen}.
 */
public final class WatcherReplacedException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** Creates the refusal of child {@code pid}. */
    public WatcherReplacedException(long pid) {
        super(
                "Child "
                        + pid
                        + " is refused: this watcher has handed its children over to its"
                        + " successor; register the child with the policy's present watcher, or"
                        + " call reopen() before");
    }
}

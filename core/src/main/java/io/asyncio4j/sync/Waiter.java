package io.asyncio4j.sync;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;

/**
 * A task that waits in a {@link WaiterQueue}, which is linked through its waiters.
 *
 * <p>Cancelling takes it out of the queue at once, so that a release finds only waiters that will
 * get it. What remains is a task that is cancelled after it was woken and before it has resumed:
 * see {@link #abandon()}.
 */
final class Waiter extends Future<@Nullable Void> {

    // The queue it is in; null when it was woken or cancelled. Maintained by the queue.
    @Nullable WaiterQueue queue;
    @Nullable Waiter previous;
    @Nullable Waiter next;

    // How many were woken before it, by the same wakeAll.
    int position;

    Waiter(EventLoop loop) {
        super(loop);
    }

    @Override
    public boolean cancel(@Nullable String message) {
        WaiterQueue stoodIn = queue;
        if (stoodIn != null) {
            stoodIn.remove(this);
        }
        return super.cancel(message);
    }

    /**
     * Ends the wait after {@link #await()} threw.
     *
     * @return whether this waiter was woken nevertheless: then the caller must pass the wake-up on
     */
    boolean abandon() {
        return !cancel() && !isCancelled();
    }
}

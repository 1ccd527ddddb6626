package io.asyncio4j.spi;

import io.asyncio4j.EventLoop;

/** Actions for the moment a loop is closed, on every kind of loop. Safe from any thread. */
public final class AtClose {
    private AtClose() {}

    /**
     * Calls {@code action} when {@code loop} is closed; at once if it is closed already. Never, for
     * a custom loop that closes without notice.
     */
    public static void call(EventLoop loop, Runnable action) {
        try {
            loop.addCloseCallback(action);
        } catch (IllegalStateException closed) {
            action.run();
        } catch (UnsupportedOperationException custom) {
            // As said above.
        }
    }

    /** Takes a {@link #call} back. */
    public static void forget(EventLoop loop, Runnable action) {
        try {
            loop.removeCloseCallback(action);
        } catch (UnsupportedOperationException custom) {
            // Never called either.
        }
    }
}

package io.asyncio4j.spi;

import io.asyncio4j.EventLoop;

/** Actions to run when a loop is closed, whatever its class. Safe from any thread. */
public final class AtClose {
    private AtClose() {}

    /**
     * Calls {@code action} when {@code loop} is closed, or immediately if it is already closed. A
     * custom loop without close callbacks never calls it.
     */
    public static void call(EventLoop loop, Runnable action) {
        try {
            loop.addCloseCallback(action);
        } catch (IllegalStateException closed) {
            action.run();
        } catch (UnsupportedOperationException custom) {
            // Never called, as documented above.
        }
    }

    /** Removes an action added by {@link #call}. A no-op if there is none. */
    public static void forget(EventLoop loop, Runnable action) {
        try {
            loop.removeCloseCallback(action);
        } catch (UnsupportedOperationException custom) {
            // Such a loop never calls the action.
        }
    }
}

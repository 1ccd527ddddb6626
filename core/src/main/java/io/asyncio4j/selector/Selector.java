package io.asyncio4j.selector;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;

/**
 * Reports which of many descriptors or channels can be read or written without waiting.
 *
 * <p>Used only by the thread of its loop, except for {@link #wakeup()}. Readiness is
 * level-triggered: each select reports it again as long as it lasts.
 *
 * <p>A selector handles descriptors or channels; the methods for the other kind throw {@link
 * UnsupportedOperationException}. Cancel a {@link Key} before its descriptor is closed: the number
 * may be reused at once.
 */
public interface Selector extends AutoCloseable {
    /**
     * Interest in, or readiness for, reading: data, a connection to accept, or the end of the
     * stream.
     */
    int READ = 1;

    /** Interest in, or readiness for, writing: room for data, or a finished connect. */
    int WRITE = 2;

    /**
     * Interest in, or report of, an error or a hang-up: the other end is closed. A selector that
     * cannot detect this alone accepts the interest and never reports it; the next read or write
     * fails instead.
     */
    int HANGUP = 4;

    /** Returns a short name to display: {@code epoll}, {@code poll}, {@code nio}. */
    String name();

    /**
     * Starts watching a descriptor.
     *
     * @param ops any of {@link #READ}, {@link #WRITE} and {@link #HANGUP}; at least one
     * @param listener called by {@link #select} when it is ready
     * @throws IllegalStateException if it is already registered
     * @throws IOException if the system rejects it, as epoll rejects regular files
     */
    default Key register(int fd, int ops, Listener listener) throws IOException {
        throw Ops.unsupported(name(), fd);
    }

    /**
     * Starts watching a channel, which must be non-blocking.
     *
     * @see #register(int, int, Listener)
     */
    default Key register(SelectableChannel channel, int ops, Listener listener) throws IOException {
        throw Ops.unsupported(name(), channel);
    }

    /** Returns the key of a descriptor that is being watched, or null. */
    default @Nullable Key find(int fd) {
        return null;
    }

    /** Returns the key of a channel that is being watched, or null. */
    default @Nullable Key find(SelectableChannel channel) {
        return null;
    }

    /**
     * Waits until something is ready, the timeout has passed, {@link #wakeup()} was called since
     * the previous select began to check, or a signal arrived; then calls the listeners of what is
     * ready. A listener may register descriptors, and change or cancel keys, its own included; a
     * key that was cancelled or has lost its interest is no longer reported. A listener must not
     * select.
     *
     * @param timeoutNanos the longest wait in nanoseconds; 0 does not wait, a negative value sets
     *     no limit. The wait may end late by the resolution of the clock; it ends early only for
     *     the reasons above
     * @return how many listeners were called
     */
    int select(long timeoutNanos) throws IOException;

    /**
     * Returns whether {@link #select} ends when its thread is interrupted, as in {@code java.nio},
     * whose selectors hide the interrupt during the wait.
     */
    default boolean isInterruptible() {
        return false;
    }

    /**
     * Makes the current or the next {@link #select} return immediately. Safe from any thread; cheap
     * when repeated; a no-op after {@link #close()}.
     */
    void wakeup();

    /** Releases the resources of the selector; does not close what is registered. Idempotent. */
    @Override
    void close();

    /** Receives the readiness of one key. */
    @FunctionalInterface
    interface Listener {
        /**
         * Called during {@link #select}.
         *
         * @param ops what the key is ready for, limited to its interest. An error or a hang-up also
         *     counts as ready for reading and writing, since both then fail or end
         */
        void ready(int ops);
    }

    /**
     * One descriptor or channel being watched. Changing the interest allocates nothing.
     *
     * <pre>
     *   register --> watched &lt;--interest(0) / interest(ops)--> known, not watched
     *                   \------------- cancel -----------------------/--> cancelled
     * </pre>
     */
    interface Key {
        /** Returns the interest; 0 for none, or when cancelled. */
        int interest();

        /**
         * Changes the interest. With 0 nothing is reported, not even a hang-up, and the selector
         * forgets the key until its interest is set again.
         *
         * @throws IllegalStateException if the key is cancelled, or the descriptor was registered
         *     again while this key had no interest
         * @throws IOException if the system rejects it
         */
        void interest(int ops) throws IOException;

        /** Returns the listener given to {@code register}. */
        Listener listener();

        /** Stops watching; to be called before the descriptor is closed. Idempotent. */
        void cancel();
    }
}

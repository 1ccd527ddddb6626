package io.asyncio4j.selector;

import io.asyncio4j.annotation.Nullable;
import java.io.IOException;
import java.nio.channels.SelectableChannel;

/**
 * Finds out which of many descriptors, or channels, can be read or written without waiting.
 *
 * <p>Used by one thread at a time, the loop's, except for {@link #wakeup()}. Readiness is
 * level-triggered: it is reported again as long as it lasts.
 *
 * <p>A selector handles descriptors or channels; the methods for the other kind throw {@link
 * UnsupportedOperationException}. Cancel a {@link Key} before its descriptor is closed: the number
 * may be reused at once.
 */
public interface Selector extends AutoCloseable {
    /** Interest in, or readiness for, reading: data, a connection to accept, or the end. */
    int READ = 1;

    /** Interest in, or readiness for, writing: room for data, or a finished connect. */
    int WRITE = 2;

    /**
     * Interest in, or notice of, the other end being gone: an error or a hang-up. A selector that
     * cannot detect it alone accepts the interest and never reports it; the next read or write
     * finds out.
     */
    int HANGUP = 4;

    /** Returns a short name for people: {@code epoll}, {@code poll}, {@code nio}. */
    String name();

    /**
     * Starts watching a descriptor.
     *
     * @param ops any of {@link #READ}, {@link #WRITE} and {@link #HANGUP}; at least one
     * @param listener called by {@link #select} when it is ready
     * @throws IllegalStateException if it is registered already
     * @throws IOException if the system refuses it, as epoll does regular files
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

    /** Returns the key that a descriptor is being watched with, or null. */
    default @Nullable Key find(int fd) {
        return null;
    }

    /** Returns the key that a channel is being watched with, or null. */
    default @Nullable Key find(SelectableChannel channel) {
        return null;
    }

    /**
     * Waits until something is ready, the timeout has passed, {@link #wakeup()} was called since
     * the previous select began to look, or a signal came; then calls the listeners of what is
     * ready. A listener may register descriptors, and change or cancel keys, its own included; a
     * key that is cancelled or has lost its interest is not reported any more. It must not select.
     *
     * @param timeoutNanos how long to wait: negative for ever, 0 not at all. May end late by what
     *     the clock resolves; ends early only for the reasons above
     * @return how many listeners were called
     */
    int select(long timeoutNanos) throws IOException;

    /**
     * Returns whether {@link #select} ends when its thread is interrupted, as in {@code java.nio},
     * whose selectors keep the interrupt to themselves meanwhile.
     */
    default boolean isInterruptible() {
        return false;
    }

    /**
     * Makes the current or the next {@link #select} return at once. Safe from any thread; cheap
     * when repeated; a no-op after {@link #close()}.
     */
    void wakeup();

    /** Releases what the selector itself holds, not what is registered. Idempotent. */
    @Override
    void close();

    /** Receives the readiness of one key. */
    @FunctionalInterface
    interface Listener {
        /**
         * Called in the middle of {@link #select}.
         *
         * @param ops what it is ready for, within its interest. An error or a hang-up counts as
         *     ready for reading and writing too, since either will find out
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
        /** Returns what it is watched for; 0 for nothing, or when cancelled. */
        int interest();

        /**
         * Changes what it is watched for. With 0 nothing is reported, not even a hang-up, and the
         * selector forgets the key until it is given an interest again.
         *
         * @throws IllegalStateException if the key is cancelled, or the descriptor has been
         *     registered anew while this key had no interest
         * @throws IOException if the system refuses it
         */
        void interest(int ops) throws IOException;

        /** Returns the listener that it was registered with. */
        Listener listener();

        /** Stops watching, before the descriptor is closed. Idempotent. */
        void cancel();
    }
}

package io.asyncio4j.selector;

import java.io.IOException;
import java.nio.channels.SelectableChannel;

/**
 * Tells which of many descriptors, or channels, can be read or written without waiting.
 *
 * <p>For one thread at a time, the loop's, save {@link #wakeup()} and {@link #close()}'s being seen
 * by it. Readiness is level-triggered: it is told again as long as it lasts.
 *
 * <p>A selector handles descriptors or channels; the methods for the other kind throw {@link
 * UnsupportedOperationException}. Whatever is registered must be unregistered before it is closed:
 * its number may be reused at once.
 */
public interface Selector extends AutoCloseable {
    /** Interest in, or readiness for, reading: data, a connection to accept, or the end. */
    int READ = 1;

    /** Interest in, or readiness for, writing: room for data, or a finished connect. */
    int WRITE = 2;

    /** A short name for people: {@code epoll}, {@code poll}, {@code nio}. */
    String name();

    /**
     * Starts watching a descriptor.
     *
     * @param ops {@link #READ}, {@link #WRITE} or both; never 0
     * @param attachment handed to {@link ReadyConsumer#ready} when it is ready
     * @throws IllegalStateException if it is registered already
     * @throws IOException if the system refuses it, as it does regular files
     */
    default void register(int fd, int ops, Object attachment) throws IOException {
        throw new UnsupportedOperationException(noDescriptors());
    }

    /**
     * Changes what a registered descriptor is watched for.
     *
     * @param ops {@link #READ}, {@link #WRITE} or both; never 0: unregister instead
     * @throws IllegalStateException if it is not registered
     */
    default void modify(int fd, int ops) throws IOException {
        throw new UnsupportedOperationException(noDescriptors());
    }

    /** Stops watching a descriptor, before it is closed; nothing if it is not registered. */
    default void unregister(int fd) {
        throw new UnsupportedOperationException(noDescriptors());
    }

    /**
     * Starts watching a channel, which must be non-blocking.
     *
     * @see #register(int, int, Object)
     */
    default void register(SelectableChannel channel, int ops, Object attachment)
            throws IOException {
        throw new UnsupportedOperationException(noChannels());
    }

    /**
     * Changes what a registered channel is watched for.
     *
     * @see #modify(int, int)
     */
    default void modify(SelectableChannel channel, int ops) throws IOException {
        throw new UnsupportedOperationException(noChannels());
    }

    /**
     * Stops watching a channel; nothing if it is not registered.
     *
     * @see #unregister(int)
     */
    default void unregister(SelectableChannel channel) {
        throw new UnsupportedOperationException(noChannels());
    }

    /**
     * Waits until something is ready, the timeout has passed, {@link #wakeup()} was called since
     * the previous select began to look, or a signal came; then hands what is ready to the sink.
     * The sink may register, modify and unregister, itself included; what it unregisters is not
     * handed out any more. It must not select.
     *
     * @param timeoutNanos how long to wait: negative for ever, 0 not at all. May end late by what
     *     the clock resolves; ends early only for the reasons above
     * @return how often the sink was called
     */
    int select(long timeoutNanos, ReadyConsumer sink) throws IOException;

    /**
     * Returns whether {@link #select} ends when its thread is interrupted, as in {@code java.nio},
     * whose selectors keep the interrupt to themselves meanwhile.
     */
    default boolean isInterruptible() {
        return false;
    }

    /**
     * Makes the current or the next {@link #select} return at once. From any thread, cheap when
     * repeated, and nothing after {@link #close()}.
     */
    void wakeup();

    /** Releases what the selector itself holds, not what is registered. Idempotent. */
    @Override
    void close();

    /** Receives what is ready. */
    @FunctionalInterface
    interface ReadyConsumer {
        /**
         * Something is ready.
         *
         * @param attachment of its registration
         * @param ops what it is ready for, within its interest; an error or a hang-up counts as
         *     ready for all of it, since reading or writing will tell
         */
        void ready(Object attachment, int ops);
    }

    private String noDescriptors() {
        return "the "
                + name()
                + " selector watches channels, not file descriptors: use an EpollSelector or"
                + " PollSelector, which need native access";
    }

    private String noChannels() {
        return "the "
                + name()
                + " selector watches file descriptors, not channels: use a NioSelector";
    }
}

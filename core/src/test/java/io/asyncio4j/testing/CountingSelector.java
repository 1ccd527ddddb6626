package io.asyncio4j.testing;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.selector.Selector;
import java.io.IOException;
import java.nio.channels.SelectableChannel;

/** Counts the waits of another selector: a loop that spins shows in their number. */
public final class CountingSelector implements Selector {

    private final Selector selector;
    private int selects;

    public CountingSelector(Selector selector) {
        this.selector = selector;
    }

    public int selects() {
        return selects;
    }

    @Override
    public String name() {
        return selector.name();
    }

    @Override
    public int select(long timeoutNanos) throws IOException {
        selects++;
        return selector.select(timeoutNanos);
    }

    @Override
    public Key register(int fd, int ops, Listener listener) throws IOException {
        return selector.register(fd, ops, listener);
    }

    @Override
    public Key register(SelectableChannel channel, int ops, Listener listener) throws IOException {
        return selector.register(channel, ops, listener);
    }

    @Override
    public @Nullable Key find(int fd) {
        return selector.find(fd);
    }

    @Override
    public @Nullable Key find(SelectableChannel channel) {
        return selector.find(channel);
    }

    @Override
    public void wakeup() {
        selector.wakeup();
    }

    @Override
    public void close() {
        selector.close();
    }
}

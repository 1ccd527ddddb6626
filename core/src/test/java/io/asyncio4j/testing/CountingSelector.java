package io.asyncio4j.testing;

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
    public int select(long timeoutNanos, ReadyConsumer sink) throws IOException {
        selects++;
        return selector.select(timeoutNanos, sink);
    }

    @Override
    public void register(int fd, int ops, Object attachment) throws IOException {
        selector.register(fd, ops, attachment);
    }

    @Override
    public void modify(int fd, int ops) throws IOException {
        selector.modify(fd, ops);
    }

    @Override
    public void unregister(int fd) {
        selector.unregister(fd);
    }

    @Override
    public void register(SelectableChannel channel, int ops, Object attachment) throws IOException {
        selector.register(channel, ops, attachment);
    }

    @Override
    public void modify(SelectableChannel channel, int ops) throws IOException {
        selector.modify(channel, ops);
    }

    @Override
    public void unregister(SelectableChannel channel) {
        selector.unregister(channel);
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

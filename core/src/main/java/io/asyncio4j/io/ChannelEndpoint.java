package io.asyncio4j.io;

import io.asyncio4j.annotation.Nullable;

/** What endpoints are however they move bytes: one open channel of the loop. */
abstract class ChannelEndpoint implements Endpoint {
    private final OpenChannels.Entry entry;

    ChannelEndpoint(OpenChannels.Entry entry) {
        this.entry = entry;
    }

    @Override
    public final boolean canShutdownOutput() {
        return entry.channel.canShutdownOutput();
    }

    @Override
    public final @Nullable Object extraInfo(String name) {
        return entry.channel.extraInfo(name);
    }

    @Override
    public final void reportUnclosed(Object owner, String description, String place) {
        entry.reportUnclosed(owner, description, place);
    }

    @Override
    public void close() {
        entry.close();
    }

    @Override
    public void release() {
        entry.remove();
    }

    @Override
    public final boolean isClosed() {
        return entry.channel.isClosed();
    }

    @Override
    public final String toString() {
        return entry.channel.toString();
    }
}

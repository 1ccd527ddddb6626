package io.asyncio4j.io;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.proactor.Port;

/** A descriptor or channel whose operations a proactor completes. */
final class CompletionEndpoint implements Endpoint {
    final CompletionEngine engine;
    final OpenChannel channel;
    final Port port;

    /** Writes without an operation; null if each write is one. */
    final @Nullable WriteShare share;

    private final OpenChannels.Entry entry;

    CompletionEndpoint(
            CompletionEngine engine,
            OpenChannels.Entry entry,
            Port port,
            @Nullable WriteShare share) {
        this.engine = engine;
        this.entry = entry;
        this.channel = entry.channel;
        this.port = port;
        this.share = share;
    }

    @Override
    public Inlet inlet(Inlet.Listener listener) {
        port.requireReadable();
        return new CompletionInlet(this, listener);
    }

    @Override
    public Outlet outlet(Outlet.Listener listener) {
        port.requireWritable();
        return new CompletionOutlet(this, listener);
    }

    @Override
    public boolean canShutdownOutput() {
        return channel.canShutdownOutput();
    }

    @Override
    public @Nullable Object extraInfo(String name) {
        return channel.extraInfo(name);
    }

    @Override
    public void reportUnclosed(Object owner, String description, String place) {
        entry.reportUnclosed(owner, description, place);
    }

    @Override
    public void close() {
        entry.close();
    }

    @Override
    public void release() {
        entry.remove();
        port.release();
    }

    @Override
    public boolean isClosed() {
        return channel.isClosed();
    }

    @Override
    public String toString() {
        return channel.toString();
    }
}

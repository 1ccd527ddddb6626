package io.asyncio4j.io;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.proactor.Port;

/** A descriptor or channel whose operations a proactor completes. */
final class CompletionEndpoint extends ChannelEndpoint {
    final CompletionEngine engine;
    final OpenChannel channel;
    final Port port;

    /** Writes without an operation; null if each write is one. */
    final @Nullable WriteShare share;

    CompletionEndpoint(
            CompletionEngine engine,
            OpenChannels.Entry entry,
            Port port,
            @Nullable WriteShare share) {
        super(entry);
        this.engine = engine;
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
    public void release() {
        super.release();
        port.release();
    }
}

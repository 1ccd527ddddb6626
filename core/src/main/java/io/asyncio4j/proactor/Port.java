package io.asyncio4j.proactor;

import io.asyncio4j.annotation.Nullable;
import java.nio.channels.Channel;
import java.util.Objects;

/** What operations read and write: a descriptor, or a channel. */
public final class Port {
    private final int fd;
    private final @Nullable Channel channel;

    private Port(int fd, @Nullable Channel channel) {
        this.fd = fd;
        this.channel = channel;
    }

    /** A port for a descriptor, which the user closes when no operation is in flight. */
    public static Port of(int fd) {
        return new Port(fd, null);
    }

    /** A port for a channel, likewise. */
    public static Port of(Channel channel) {
        return new Port(-1, Objects.requireNonNull(channel, "channel"));
    }

    /** Returns the descriptor; -1 for a channel. */
    public int fd() {
        return fd;
    }

    /** Returns the channel, or null. */
    public @Nullable Channel channel() {
        return channel;
    }

    @Override
    public String toString() {
        return channel == null ? "descriptor " + fd : channel.toString();
    }
}

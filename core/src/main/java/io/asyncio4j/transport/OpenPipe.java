package io.asyncio4j.transport;

import io.asyncio4j.EventLoop;
import io.asyncio4j.ResourceWarning;
import io.asyncio4j.Warnings;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Unreachable;
import java.lang.ref.WeakReference;

/**
 * Sees to it that the descriptor of a transport is closed with its loop at the latest, and in debug
 * mode that a transport which was never closed is reported. Does not refer to the transport.
 */
final class OpenPipe {
    private final EventLoop loop;
    private final FdChannel channel;
    private final String description;
    private final Runnable atLoopClose = this::giveUp;
    private @Nullable String place;

    OpenPipe(EventLoop loop, FdChannel channel, String description) {
        this.loop = loop;
        this.channel = channel;
        this.description = description;
    }

    /** Begins; the descriptor is the transport's from now on. */
    void open() {
        if (!channel.isClosed()) {
            loop.addCloseCallback(atLoopClose);
        }
    }

    /** Leaves the descriptor to somebody else. */
    void release() {
        loop.removeCloseCallback(atLoopClose);
    }

    /** Has {@code transport} reported if nobody closes it. */
    void reportUnclosed(PipeTransport transport, String madeAt) {
        place = madeAt;
        // Weak: the loop may refer to the transport, which would then never be unreachable.
        var self = new WeakReference<>(this);
        Unreachable.then(
                transport,
                () -> {
                    OpenPipe pipe = self.get();
                    if (pipe != null) {
                        pipe.giveUpSoon();
                    }
                });
    }

    private void giveUpSoon() {
        try {
            loop.callSoonThreadsafe(atLoopClose);
        } catch (IllegalStateException loopIsClosed) {
            // Which has told.
        }
    }

    /** Closes what should have been. */
    private void giveUp() {
        if (channel.isClosed()) {
            return;
        }
        release();
        channel.close();
        if (place != null) {
            Warnings.warn(
                    ResourceWarning.class,
                    "Unclosed transport <" + description + ">, made at " + place);
        }
    }
}

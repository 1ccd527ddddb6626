package io.asyncio4j.io;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Unreachable;
import io.asyncio4j.warning.ResourceWarning;
import io.asyncio4j.warning.Warnings;
import java.lang.ref.WeakReference;

/**
 * The open channels of a loop, which closes them when it is closed. Does not refer to the
 * transports over them, so that an unreachable transport can be detected and reported.
 */
final class OpenChannels {

    /** An open channel, linked with its neighbours. */
    final class Entry {
        final OpenChannel channel;
        private final EventLoop loop;
        private @Nullable Entry previous;
        private @Nullable Entry next;
        private boolean listed = true;
        private @Nullable String description;
        private @Nullable String place;

        private Entry(EventLoop loop, OpenChannel channel) {
            this.loop = loop;
            this.channel = channel;
        }

        /** Reports {@code owner} if it is never closed. */
        void reportUnclosed(Object owner, String what, String madeAt) {
            place = madeAt;
            description = what;
            // Weak: the loop may refer to the owner, which would then never become unreachable.
            var self = new WeakReference<>(this);
            Unreachable.then(
                    owner,
                    () -> {
                        Entry entry = self.get();
                        if (entry != null) {
                            entry.giveUpSoon();
                        }
                    });
        }

        private void giveUpSoon() {
            try {
                loop.callSoonThreadsafe(this::giveUp);
            } catch (IllegalStateException loopIsClosed) {
                // Closing the loop has reported it.
            }
        }

        void close() {
            remove();
            channel.close();
        }

        /** Closes a channel that its owner did not close, and reports it. */
        private void giveUp() {
            if (!listed) {
                return;
            }
            close();
            if (place != null) {
                Warnings.warn(
                        ResourceWarning.class,
                        "Unclosed transport <" + description + ">, made at " + place);
            }
        }

        void remove() {
            if (!listed) {
                return;
            }
            listed = false;
            if (previous == null) {
                first = next;
            } else {
                previous.next = next;
            }
            if (next != null) {
                next.previous = previous;
            }
        }
    }

    private @Nullable Entry first;

    Entry add(EventLoop loop, OpenChannel channel) {
        var entry = new Entry(loop, channel);
        entry.next = first;
        if (first != null) {
            first.previous = entry;
        }
        first = entry;
        return entry;
    }

    void closeAll() {
        for (Entry entry; (entry = first) != null; ) {
            entry.giveUp();
        }
    }
}

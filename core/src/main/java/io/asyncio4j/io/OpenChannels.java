package io.asyncio4j.io;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Unreachable;
import io.asyncio4j.warning.ResourceWarning;
import io.asyncio4j.warning.Warnings;
import java.lang.ref.WeakReference;

/**
 * The channels of a loop that are open, to be closed with it at the latest. Refers to none of the
 * transports over them, so that one that has become unreachable can be found and reported.
 */
final class OpenChannels {

    /** One of them, linked with its neighbours. */
    final class Entry {
        final ReadyChannel channel;
        private final EventLoop loop;
        private @Nullable Entry previous;
        private @Nullable Entry next;
        private boolean listed = true;
        private @Nullable String description;
        private @Nullable String place;

        private Entry(EventLoop loop, ReadyChannel channel) {
            this.loop = loop;
            this.channel = channel;
        }

        /** Has {@code owner} reported if it is never closed. */
        void reportUnclosed(Object owner, String what, String madeAt) {
            place = madeAt;
            description = what;
            // Weak: the loop may refer to the owner, which would then never be unreachable.
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
                // Which has reported it.
            }
        }

        void close() {
            remove();
            channel.close();
        }

        /** Closes what should have been. */
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

    Entry add(EventLoop loop, ReadyChannel channel) {
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

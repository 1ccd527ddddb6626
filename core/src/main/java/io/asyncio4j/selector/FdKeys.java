package io.asyncio4j.selector;

import io.asyncio4j.annotation.Nullable;
import java.util.Arrays;

/** The keys of a selector, indexed by their descriptors, which are small numbers. */
final class FdKeys {
    private Selector.@Nullable Key[] byFd = new Selector.@Nullable Key[64];

    /** Returns the key of {@code fd}, or null. */
    Selector.@Nullable Key get(int fd) {
        return fd >= 0 && fd < byFd.length ? byFd[fd] : null;
    }

    void requireFree(int fd) {
        if (get(fd) != null) {
            throw Ops.registeredAlready("descriptor " + fd);
        }
    }

    void put(int fd, Selector.Key key) {
        if (fd >= byFd.length) {
            byFd = Arrays.copyOf(byFd, Math.max(fd + 1, byFd.length * 2));
        }
        byFd[fd] = key;
    }

    void remove(int fd) {
        byFd[fd] = null;
    }

    void clear() {
        Arrays.fill(byFd, null);
    }
}

package io.asyncio4j.selector;

/** The checks that all selectors share. */
final class Ops {
    private static final int ALL = Selector.READ | Selector.WRITE | Selector.HANGUP;

    private Ops() {}

    static void check(int ops) {
        if (ops == 0) {
            throw new IllegalArgumentException(
                    "ops must not be empty: " + ops + "; combine READ, WRITE and HANGUP");
        }
        checkOrNone(ops);
    }

    static void checkOrNone(int ops) {
        if ((ops & ~ALL) != 0) {
            throw new IllegalArgumentException(
                    "ops has unknown bits: " + ops + "; combine READ, WRITE and HANGUP");
        }
    }

    static IllegalStateException registeredAlready(Object what) {
        return new IllegalStateException(
                what + " is already registered; change the interest of its key");
    }

    static IllegalStateException cancelled(Object what) {
        return new IllegalStateException("The key of " + what + " is cancelled; register it again");
    }

    static IllegalStateException closed(String name) {
        return new IllegalStateException("The " + name + " selector is closed");
    }

    static UnsupportedOperationException unsupported(String name, Object what) {
        return new UnsupportedOperationException(
                what instanceof Integer
                        ? "The "
                                + name
                                + " selector watches channels, not file descriptors: use an"
                                + " EpollSelector or PollSelector, which need native access"
                        : "The "
                                + name
                                + " selector watches file descriptors, not channels: use a"
                                + " NioSelector");
    }
}

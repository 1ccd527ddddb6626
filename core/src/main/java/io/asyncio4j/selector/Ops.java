package io.asyncio4j.selector;

/** What the selectors check alike. */
final class Ops {
    private static final int ALL = Selector.READ | Selector.WRITE | Selector.HANGUP;

    private Ops() {}

    static void check(int ops) {
        if (ops == 0) {
            throw new IllegalArgumentException("no interest: " + ops);
        }
        checkOrNone(ops);
    }

    static void checkOrNone(int ops) {
        if ((ops & ~ALL) != 0) {
            throw new IllegalArgumentException(
                    "not an interest: " + ops + "; combine READ, WRITE and HANGUP");
        }
    }

    static IllegalStateException registeredAlready(Object what) {
        return new IllegalStateException(what + " is registered already");
    }

    static IllegalStateException cancelled(Object what) {
        return new IllegalStateException("the key of " + what + " is cancelled");
    }

    static IllegalStateException closed(String name) {
        return new IllegalStateException("the " + name + " selector is closed");
    }

    static UnsupportedOperationException unsupported(String name, Object what) {
        return new UnsupportedOperationException(
                what instanceof Integer
                        ? "the "
                                + name
                                + " selector watches channels, not file descriptors: use an"
                                + " EpollSelector or PollSelector, which need native access"
                        : "the "
                                + name
                                + " selector watches file descriptors, not channels: use a"
                                + " NioSelector");
    }
}

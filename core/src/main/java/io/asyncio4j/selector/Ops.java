package io.asyncio4j.selector;

/** What the selectors check alike. */
final class Ops {
    private Ops() {}

    static void check(int ops) {
        if (ops == 0 || (ops & ~(Selector.READ | Selector.WRITE)) != 0) {
            throw new IllegalArgumentException(
                    "interest must be READ, WRITE or both (unregister to have none): " + ops);
        }
    }

    static IllegalStateException registeredAlready(Object what) {
        return new IllegalStateException(
                what + " is registered already: modify it, or unregister it before it is closed");
    }

    static IllegalStateException notRegistered(Object what) {
        return new IllegalStateException(what + " is not registered");
    }

    static IllegalStateException closed(String name) {
        return new IllegalStateException("the " + name + " selector is closed");
    }
}

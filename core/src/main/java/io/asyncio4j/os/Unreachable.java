package io.asyncio4j.os;

import java.lang.ref.Cleaner;

/** Objects that nobody refers to any more. */
public final class Unreachable {
    // Started by the first use.
    private static final Cleaner CLEANER = Cleaner.create();

    private Unreachable() {}

    /**
     * Has {@code action}, which must not refer to {@code object}, run once in a thread of its own
     * some time after the last reference to {@code object} has gone.
     */
    public static void then(Object object, Runnable action) {
        CLEANER.register(object, action);
    }
}

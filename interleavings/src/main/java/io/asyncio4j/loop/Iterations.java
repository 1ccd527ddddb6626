package io.asyncio4j.loop;

import io.asyncio4j.EventLoop;

/** Runs a loop a little. */
public final class Iterations {

    private Iterations() {}

    /** Runs one iteration of {@code loop}. */
    public static void one(EventLoop loop) {
        loop.stop();
        loop.runForever();
    }

    /** Runs as many as it takes for whatever these tests have begun. */
    public static void many(EventLoop loop) {
        for (int i = 0; i < 5; i++) {
            one(loop);
        }
    }
}

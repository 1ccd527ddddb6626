package io.asyncio4j.loop;

import io.asyncio4j.EventLoop;
import io.asyncio4j.io.Engine;

/** Lets tests of transports use the engine of a loop. */
@SuppressWarnings("exports") // for tests of this module
public final class Engines {
    private Engines() {}

    /** Returns the engine of {@code loop}. */
    public static Engine of(EventLoop loop) {
        return ((BaseEventLoop) loop).engine();
    }
}

package io.asyncio4j.loop;

import io.asyncio4j.EventLoop;
import io.asyncio4j.io.Engine;
import io.asyncio4j.proactor.NioProactor;
import io.asyncio4j.proactor.Proactor;
import io.asyncio4j.selector.Selector;

/** Lets tests use the engine of a loop, and loops over proactors of their own. */
@SuppressWarnings("exports") // for tests of this module
public final class Engines {
    private Engines() {}

    /** Creates a loop over {@code proactor}, which it closes; each write is an operation. */
    public static ProactorEventLoop over(Proactor proactor) {
        return new ProactorEventLoop(proactor, false);
    }

    /** Returns the engine of {@code loop}. */
    public static Engine of(EventLoop loop) {
        return ((BaseEventLoop) loop).engine();
    }

    /** What the portable proactor loop waits with. */
    public static Selector portableWait() {
        return new ProactorWait(new NioProactor());
    }
}

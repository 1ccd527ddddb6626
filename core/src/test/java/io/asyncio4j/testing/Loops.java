package io.asyncio4j.testing;

import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.selector.Selectors;
import java.util.stream.Stream;

/** Event loops for tests. */
public final class Loops {

    private Loops() {}

    /** The names of all selectors that work here. */
    public static Stream<String> selectors() {
        return Selectors.NAMES.stream().filter(name -> Selectors.unavailableReason(name) == null);
    }

    /** Those that watch descriptors. */
    public static Stream<String> descriptorSelectors() {
        return selectors().filter(name -> !name.equals("nio"));
    }

    public static SelectorEventLoop open(String selector) {
        return new SelectorEventLoop(Selectors.open(selector));
    }

    /** Runs exactly one iteration. */
    public static void iterate(EventLoop loop) {
        loop.stop();
        loop.runForever();
    }
}

package io.asyncio4j.testing;

import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.BaseEventLoop;
import io.asyncio4j.loop.ProactorEventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.proactor.UringProactor;
import io.asyncio4j.selector.Selector;
import io.asyncio4j.selector.Selectors;
import io.asyncio4j.selector.UringSelector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.Stream;

/** Event loops for tests, named by what they wait with. */
public final class Loops {
    private static final String IO_URING = "io_uring";

    private Loops() {}

    /** The names of all loops that work here. */
    public static Stream<String> names() {
        Stream<String> selectors =
                Selectors.NAMES.stream().filter(name -> Selectors.unavailableReason(name) == null);
        return ProactorEventLoop.unavailableReason() == null
                ? Stream.concat(selectors, Stream.of(IO_URING))
                : selectors;
    }

    /** Those that watch descriptors. */
    public static Stream<String> withDescriptors() {
        return names().filter(name -> !name.equals("nio"));
    }

    public static BaseEventLoop open(String name) {
        return name.equals(IO_URING)
                ? new ProactorEventLoop()
                : new SelectorEventLoop(Selectors.open(name));
    }

    /** What such a loop waits with. */
    public static Selector openSelector(String name) {
        try {
            return name.equals(IO_URING)
                    ? new UringSelector(new UringProactor())
                    : Selectors.open(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs exactly one iteration. */
    public static void iterate(EventLoop loop) {
        loop.stop();
        loop.runForever();
    }
}

package io.asyncio4j.testing;

import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.BaseEventLoop;
import io.asyncio4j.loop.Engines;
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
    private static final String PORTABLE = "portable";

    private Loops() {}

    /** The names of all loops that work here. */
    public static Stream<String> names() {
        Stream<String> selectors =
                Selectors.NAMES.stream().filter(name -> Selectors.unavailableReason(name) == null);
        Stream<String> proactors =
                ProactorEventLoop.unavailableReason() == null
                        ? Stream.of(IO_URING, PORTABLE)
                        : Stream.of(PORTABLE);
        return Stream.concat(selectors, proactors);
    }

    /** Those that watch descriptors. */
    public static Stream<String> withDescriptors() {
        return names().filter(name -> !name.equals("nio") && !name.equals(PORTABLE));
    }

    /** Opens one of {@link #names()}. */
    public static BaseEventLoop open(String name) {
        return switch (name) {
            case IO_URING -> new ProactorEventLoop();
            case PORTABLE -> ProactorEventLoop.portable();
            default -> new SelectorEventLoop(Selectors.open(name));
        };
    }

    /** What such a loop waits with. */
    public static Selector openSelector(String name) {
        try {
            return switch (name) {
                case IO_URING -> new UringSelector(new UringProactor());
                case PORTABLE -> Engines.portableWait();
                default -> Selectors.open(name);
            };
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

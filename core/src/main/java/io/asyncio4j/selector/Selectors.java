package io.asyncio4j.selector;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.os.Os;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;

/** Opens selectors by name, and reports which of them work on this machine. */
public final class Selectors {

    /** The valid values of the property {@code asyncio4j.selector}, the preferred one first. */
    public static final List<String> NAMES = List.of("epoll", "poll", "nio");

    private Selectors() {}

    /**
     * Opens the selector that the property {@code asyncio4j.selector} names; without it, the best
     * one that works here.
     *
     * @throws IllegalArgumentException if the property does not name a selector
     * @throws UncheckedIOException if it cannot be opened
     */
    public static Selector open() {
        String name = System.getProperty("asyncio4j.selector", "").strip();
        return open(name.isEmpty() ? defaultName() : name);
    }

    /**
     * Opens the selector called {@code name}, one of {@link #NAMES}; throws as {@link #open()}
     * does.
     */
    public static Selector open(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "epoll" -> new EpollSelector();
            case "poll" -> new PollSelector();
            case "nio" -> new NioSelector();
            default ->
                    throw new IllegalArgumentException(
                            "There is no selector \"" + name + "\"; choose one of " + NAMES);
        };
    }

    /** Returns the name of the best selector that works here. */
    public static String defaultName() {
        return NAMES.stream()
                .filter(name -> unavailableReason(name) == null)
                .findFirst()
                .orElse("nio");
    }

    /** Returns why the selector called {@code name} does not work here, or null if it does. */
    public static @Nullable String unavailableReason(String name) {
        if (name.equals("nio")) {
            return null;
        }
        if (name.equals("epoll") && Os.current() != Os.LINUX) {
            return "epoll is available only on Linux, and this is " + Os.current();
        }
        return NativeAccess.reason();
    }
}

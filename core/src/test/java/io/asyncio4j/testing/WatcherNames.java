package io.asyncio4j.testing;

import io.asyncio4j.watcher.Watchers;
import java.util.stream.Stream;

/** The library's watchers, to run a test with each: for {@code @MethodSource}. */
public final class WatcherNames {
    /** For {@code @MethodSource}: {@link #all()}. */
    public static final String ALL = "io.asyncio4j.testing.WatcherNames#all";

    /** For {@code @MethodSource}: {@link #deprecated()}. */
    public static final String DEPRECATED = "io.asyncio4j.testing.WatcherNames#deprecated";

    private WatcherNames() {}

    /** Returns the names of all watchers. */
    public static Stream<String> all() {
        return Watchers.available().stream().map(Watchers.Availability::name);
    }

    /** Returns the names of the deprecated ones: those that take the SIGCHLD handler. */
    public static Stream<String> deprecated() {
        return all().filter(Watchers::isDeprecated);
    }
}

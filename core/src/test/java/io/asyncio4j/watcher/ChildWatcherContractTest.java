package io.asyncio4j.watcher;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds each watcher of the library to the contract of them all. */
@ParameterizedClass(name = "{0}, {1}")
@MethodSource("watchers")
class ChildWatcherContractTest extends ChildWatcherContract {
    private final String name;

    static Stream<Arguments> watchers() {
        return Watchers.available().stream()
                .flatMap(watcher ->
                        SELECTORS.stream().map(selector -> Arguments.of(watcher.name(), selector)));
    }

    ChildWatcherContractTest(String name, String selector) {
        super(name, selector);
        this.name = name;
    }

    @Override
    protected ChildWatcher create() {
        return Watchers.create(name);
    }
}

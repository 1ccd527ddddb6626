package io.asyncio4j.watcher;

import io.asyncio4j.testing.LoopKind;
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
                .filter(Watchers.Availability::works)
                .flatMap(watcher ->
                        loops(watcher.name()).map(kind -> Arguments.of(watcher.name(), kind)));
    }

    ChildWatcherContractTest(String name, LoopKind loops) {
        super(name, loops);
        this.name = name;
    }

    @Override
    protected ChildWatcher create() {
        return Watchers.create(name);
    }
}

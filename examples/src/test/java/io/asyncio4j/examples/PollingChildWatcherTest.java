package io.asyncio4j.examples;

import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.watcher.ChildWatcher;
import io.asyncio4j.watcher.ChildWatcherContract;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the watcher that is made outside of the library to the contract of the library's own. */
@ParameterizedClass(name = "{0}")
@MethodSource("kinds")
class PollingChildWatcherTest extends ChildWatcherContract {

    static Stream<LoopKind> kinds() {
        return loops("polling");
    }

    PollingChildWatcherTest(LoopKind loops) {
        super("polling", loops);
    }

    @Override
    protected ChildWatcher create() {
        return new PollingChildWatcher(Duration.ofMillis(2));
    }
}

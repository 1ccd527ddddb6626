package io.asyncio4j.watcher;

import io.asyncio4j.testing.WatcherNames;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The quick form of {@link WatcherSoak}. */
@Tag("mode-independent")
class WatcherSoakTest {

    @ParameterizedTest
    @MethodSource(WatcherNames.ALL)
    @DisplayName("2,000 children of all kinds are each told once, and nothing is left behind")
    void children_eachReportOnce(String name) throws Exception {
        WatcherSoak.run(name, 2_000, 20_260_101);
    }
}

package io.asyncio4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.watcher.ChildWatcher;
import io.asyncio4j.watcher.FastChildWatcher;
import io.asyncio4j.watcher.MultiLoopChildWatcher;
import io.asyncio4j.watcher.PidfdChildWatcher;
import io.asyncio4j.watcher.SafeChildWatcher;
import io.asyncio4j.watcher.ThreadedChildWatcher;
import io.asyncio4j.watcher.Watchers;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(OS.LINUX)
class ChoicesTest {

    @Test
    @DisplayName("each name is a watcher's, and auto the best that works here")
    @SuppressWarnings("deprecation") // they can be chosen nevertheless
    void watcher_isTheOneThatWasNamed() throws Exception {
        boolean pidfd =
                Watchers.available().stream()
                        .anyMatch(each -> each.name().equals("pidfd") && each.works());
        Map<String, Class<? extends ChildWatcher>> expected =
                Map.of(
                        "auto",
                        pidfd ? PidfdChildWatcher.class : ThreadedChildWatcher.class,
                        "default",
                        ThreadedChildWatcher.class,
                        "threaded",
                        ThreadedChildWatcher.class,
                        "multiloop",
                        MultiLoopChildWatcher.class,
                        "safe",
                        SafeChildWatcher.class,
                        "fast",
                        FastChildWatcher.class);
        for (var each : expected.entrySet()) {
            var policy = Choices.policy("default", each.getKey());
            try (var watcher = policy.childWatcher()) {
                assertThat(watcher).as(each.getKey()).isInstanceOf(each.getValue());
            }
        }
        assertThat(Watchers.names()).hasSize(expected.size() + 2).contains("pidfd", "uring");
        assertThatThrownBy(() -> Choices.policy("default", "dog"))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining("auto, threaded");
    }
}

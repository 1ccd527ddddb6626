package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.os.Os;
import io.asyncio4j.testing.WatcherNames;
import io.asyncio4j.warning.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Choosing a watcher by name, and which work. */
class WatchersTest {

    @Test
    @DisplayName("all five work here")
    void available_allWork() {
        assertThat(Watchers.available())
                .extracting(Watchers.Availability::name)
                .containsExactly("threaded", "pidfd", "uring", "multiloop", "safe", "fast");
        assertThat(Watchers.available()).allMatch(Watchers.Availability::works);
    }

    @Test
    @DisplayName("each name makes its watcher; auto is pidfd where that works")
    void create_byName() {
        try (var _ = Warnings.record()) {
            assertThat(Watchers.create("default")).isInstanceOf(ThreadedChildWatcher.class);
            assertThat(Watchers.create("auto")).isInstanceOf(PidfdChildWatcher.class);
            for (Watchers.Availability each : Watchers.available()) {
                assertThat(Watchers.create(each.name()).getClass().getSimpleName())
                        .isEqualToIgnoringCase(each.name() + "ChildWatcher");
            }
        }
    }

    @Test
    @DisplayName("what is deprecated is marked, as its class is; the default one is not")
    void deprecated_marked() {
        try (var _ = Warnings.record()) {
            for (Watchers.Availability each : Watchers.available()) {
                try (ChildWatcher watcher = Watchers.create(each.name())) {
                    assertThat(each.deprecated())
                            .as(each.name())
                            .isEqualTo(watcher.getClass().isAnnotationPresent(Deprecated.class))
                            .isEqualTo(Watchers.isDeprecated(each.name()));
                }
            }
        }
        assertThat(Watchers.isDeprecated(Watchers.defaultName())).isFalse();
        assertThat(Watchers.isDeprecated("auto")).isFalse();
    }

    @Test
    @DisplayName("names are those of all watchers, after default and auto")
    void names_all() {
        var expected = new ArrayList<>(List.of("default", "auto"));
        WatcherNames.all().forEach(expected::add);
        assertThat(Watchers.names()).isEqualTo(expected).contains(Watchers.defaultName());
    }

    @Test
    @DisplayName("the guide says of each watcher when to choose it")
    void guide_everyWatcher() throws IOException {
        String guide = Files.readString(Path.of("../docs/guide.md"));
        try (var _ = Warnings.record()) {
            WatcherNames.all()
                    .forEach(name -> {
                        try (ChildWatcher watcher = Watchers.create(name)) {
                            assertThat(guide)
                                    .contains("| `" + watcher.getClass().getSimpleName() + "` |");
                        }
                    });
        }
    }

    @Test
    @DisplayName("an unknown name is refused, with the names there are")
    void create_unknown_refused() {
        assertThatThrownBy(() -> Watchers.create("slow"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"slow\"")
                .hasMessageContaining(
                        "default, auto, threaded, pidfd, uring, multiloop, safe, fast");
    }

    @Test
    @DisplayName("none works on Windows")
    void windows_none() {
        try (var _ = Os.substitute(Os.WINDOWS)) {
            assertThat(Watchers.available())
                    .allMatch(
                            each -> "there are no child watchers on Windows".equals(each.reason()));
            assertThatThrownBy(() -> Watchers.create("auto"))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("Windows");
        }
    }
}

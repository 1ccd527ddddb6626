package io.asyncio4j.warning;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.Asyncio;
import io.asyncio4j.testing.Logs;
import io.asyncio4j.testing.Properties;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A recording covers the loops that run inside of it, and no others. */
class RecordingInLoopsTest {

    private static void warn(String message) {
        Warnings.warn(RuntimeWarning.class, message);
    }

    @Test
    @DisplayName("Tasks and callbacks of a loop that runs inside are captured")
    void loopInside_captured() {
        try (var recording = Warnings.record()) {
            Asyncio.run(() -> {
                warn("main");
                Asyncio.await(Asyncio.createTask(() -> warn("task")));
                Asyncio.await(Asyncio.createEagerTask(() -> warn("eager task")));
                var called = Asyncio.getRunningLoop().createFuture();
                Asyncio.getRunningLoop()
                        .callSoon(() -> {
                            warn("callback");
                            called.setResult(null);
                        });
                Asyncio.await(called);
            });
            assertThat(recording.messages(RuntimeWarning.class))
                    .containsExactly("main", "task", "eager task", "callback");
        }
    }

    @Test
    @DisplayName("A loop that runs at the same time outside is not captured")
    void loopOutside_notCaptured() throws Exception {
        var opened = new CompletableFuture<Void>();
        try (var filter = Properties.set("asyncio4j.warnings", "always");
                var logs = Logs.capture()) {
            assertThat(filter).isNotNull();
            Thread outside =
                    Thread.ofPlatform()
                            .start(() ->
                                    Asyncio.run(() -> {
                                        Asyncio.await(opened);
                                        warn("outside");
                                        Asyncio.await(Asyncio.createTask(() -> warn("its task")));
                                    }));
            try (var recording = Warnings.record()) {
                opened.complete(null);
                outside.join();
                assertThat(recording.warnings()).isEmpty();
            }
            assertThat(List.of("outside", "its task"))
                    .allMatch(
                            each -> logs.messages().stream().anyMatch(line -> line.contains(each)));
        }
    }
}

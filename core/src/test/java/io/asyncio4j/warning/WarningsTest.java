package io.asyncio4j.warning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.testing.Logs;
import io.asyncio4j.testing.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("mode-independent")
class WarningsTest {

    private static final AtomicInteger UNIQUE = new AtomicInteger();

    // Places that have warned stay known to the process.
    private final String message = "message " + UNIQUE.incrementAndGet();

    private void warn() {
        Warnings.warn(DeprecationWarning.class, message);
    }

    private static void with(String property, Consumer<Logs> body) {
        try (var filter = Properties.set("asyncio4j.warnings", property);
                var logs = Logs.capture()) {
            assertThat(filter).isNotNull();
            body.accept(logs);
        }
    }

    @Test
    @DisplayName("by default a warning is logged once per place, with category and place")
    void warn_samePlaceTwice_loggedOnce() {
        with(
                "",
                logs -> {
                    for (int i = 0; i < 3; i++) {
                        warn();
                    }
                    assertThat(logs.messages())
                            .singleElement()
                            .asString()
                            .startsWith("DeprecationWarning: " + message + " (")
                            .contains("WarningsTest.warn");
                    assertThat(logs.entries().getFirst().level())
                            .isEqualTo(System.Logger.Level.WARNING);
                });
    }

    @Test
    @DisplayName("two places warn twice")
    void warn_twoPlaces_loggedTwice() {
        with(
                "default",
                logs -> {
                    Warnings.warn(RuntimeWarning.class, message);
                    Warnings.warn(RuntimeWarning.class, message);
                    assertThat(logs.messages()).hasSize(2);
                });
    }

    @Test
    @DisplayName("always logs each time")
    void warn_always_loggedEachTime() {
        with(
                "always",
                logs -> {
                    for (int i = 0; i < 3; i++) {
                        warn();
                    }
                    assertThat(logs.messages()).hasSize(3);
                });
    }

    @Test
    @DisplayName("ignore is silent")
    void warn_ignore_nothing() {
        with(
                "ignore",
                logs -> {
                    warn();
                    assertThat(logs.messages()).isEmpty();
                });
    }

    @Test
    @DisplayName("error throws the warning")
    void warn_error_throws() {
        with(
                "error",
                logs -> {
                    assertThatThrownBy(this::warn)
                            .isInstanceOf(DeprecationWarning.class)
                            .hasMessage(message);
                    assertThat(logs.messages()).isEmpty();
                });
    }

    @Test
    @DisplayName("each category has its own filter, the last one that matches")
    void warn_perCategory_filtersApart() {
        with(
                "error, DeprecationWarning=ignore, ResourceWarning=always",
                logs -> {
                    warn();
                    Warnings.warn(ResourceWarning.class, message);
                    assertThatThrownBy(() -> Warnings.warn(RuntimeWarning.class, message))
                            .isInstanceOf(RuntimeWarning.class);
                    assertThat(logs.messages())
                            .singleElement()
                            .asString()
                            .startsWith("ResourceWarning: ");
                });
    }

    @Test
    @DisplayName("a filter or category that does not exist is an error that names the choices")
    void warn_badProperty_throws() {
        with(
                "loud",
                logs ->
                        assertThatThrownBy(this::warn)
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessageContaining("\"loud\"")
                                .hasMessageContaining("default, always, ignore or error"));
        with(
                "UserWarning=ignore",
                logs ->
                        assertThatThrownBy(this::warn)
                                .isInstanceOf(IllegalArgumentException.class)
                                .hasMessageContaining("UserWarning")
                                .hasMessageContaining("RuntimeWarning"));
    }

    @Test
    @DisplayName("a recording captures every time, whatever the filter, and ends with its close")
    void record_captures() {
        with(
                "error",
                logs -> {
                    try (var recording = Warnings.record()) {
                        for (int i = 0; i < 2; i++) {
                            warn();
                        }
                        Warnings.warn(RuntimeWarning.class, "other");
                        assertThat(recording.messages(DeprecationWarning.class))
                                .containsExactly(message, message);
                        assertThat(recording.warnings()).hasSize(3);
                    }
                    assertThatThrownBy(this::warn).isInstanceOf(DeprecationWarning.class);
                    assertThat(logs.messages()).isEmpty();
                });
    }

    @Test
    @DisplayName("what runs at the same time outside of a recording is not captured")
    void record_otherThread_notCaptured() {
        with(
                "always",
                logs -> {
                    var recorded = new CountDownLatch(1);
                    Thread outside =
                            Thread.ofPlatform()
                                    .start(() -> {
                                        awaitQuietly(recorded);
                                        warn();
                                    });
                    try (var recording = Warnings.record()) {
                        recorded.countDown();
                        joinQuietly(outside);
                        assertThat(recording.warnings()).isEmpty();
                    }
                    assertThat(logs.messages()).singleElement().asString().contains(message);
                });
    }

    @Test
    @DisplayName("threads started inside belong to the recording, until it is closed")
    void record_threadsInside_captured() {
        with(
                "always",
                logs -> {
                    var closed = new CountDownLatch(1);
                    Thread late;
                    try (var recording = Warnings.record()) {
                        joinQuietly(
                                Thread.ofVirtual()
                                        .start(() ->
                                                joinQuietly(
                                                        Thread.ofPlatform().start(this::warn))));
                        late =
                                Thread.ofPlatform()
                                        .start(() -> {
                                            awaitQuietly(closed);
                                            warn();
                                        });
                        assertThat(recording.messages(DeprecationWarning.class))
                                .containsExactly(message);
                    }
                    closed.countDown();
                    joinQuietly(late);
                    assertThat(logs.messages()).hasSize(1);
                });
    }

    @Test
    @DisplayName("a report of a cleaner's thread belongs to the recording it was made in")
    void recordedHere_otherThread_captured() {
        var made = new CompletableFuture<Runnable>();
        Thread cleaner = Thread.ofPlatform().start(() -> made.join().run());
        try (var recording = Warnings.record()) {
            made.complete(Warnings.recordedHere(this::warn));
            joinQuietly(cleaner);
            assertThat(recording.messages(DeprecationWarning.class)).containsExactly(message);
        }
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static void joinQuietly(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("recordings nest: the innermost captures")
    void record_nested_innermostCaptures() {
        try (var outer = Warnings.record()) {
            try (var inner = Warnings.record()) {
                warn();
                assertThat(inner.warnings()).hasSize(1);
            }
            assertThat(outer.warnings()).isEmpty();
            warn();
            assertThat(outer.warnings()).hasSize(1);
        }
    }

    @Test
    @DisplayName("ignoring silences one category of the current thread")
    void ignoring_oneCategory_isSilent() {
        try (var recording = Warnings.record()) {
            Warnings.ignoring(
                    DeprecationWarning.class,
                    () -> {
                        warn();
                        Warnings.warn(RuntimeWarning.class, message);
                        return null;
                    });
            assertThat(recording.warnings()).hasOnlyElementsOfType(RuntimeWarning.class);
        }
    }
}

package io.asyncio4j.loop;

import static io.asyncio4j.testing.Loops.iterate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.Asyncio;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.Future;
import io.asyncio4j.Handle;
import io.asyncio4j.testing.Logs;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The exception handler and debug mode. */
class ExceptionReportsTest {

    private final SelectorEventLoop loop = new SelectorEventLoop();
    private final List<ExceptionContext> reported = new ArrayList<>();
    private final RuntimeException failure = new IllegalArgumentException("made up");

    @AfterEach
    void close() {
        loop.close();
    }

    private void fail() {
        throw failure;
    }

    @Test
    @DisplayName("a callback's exception goes to the handler with its context; the loop survives")
    void callbackThrows_isReported() {
        loop.setExceptionHandler((where, context) -> {
            assertThat(where).isSameAs(loop);
            reported.add(context);
        });
        Handle handle = loop.callSoon(this::fail);
        iterate(loop);
        assertThat(reported).hasSize(1);
        assertThat(reported.getFirst().exception()).isSameAs(failure);
        assertThat(reported.getFirst().message()).startsWith("Exception in callback");
        assertThat(reported.getFirst().details()).containsEntry("handle", handle);
        assertThat(loop.runUntilComplete(() -> "alive")).isEqualTo("alive");
    }

    @Test
    @DisplayName("without a handler it is logged, with the exception")
    void callbackThrows_noHandler_isLogged() {
        loop.callSoon(this::fail);
        loop.callAt(loop.time(), this::fail);
        try (var logs = Logs.capture()) {
            iterate(loop);
            assertThat(logs.entries()).hasSize(2);
            assertThat(logs.entries())
                    .allMatch(entry -> entry.thrown() == failure)
                    .allMatch(entry -> entry.message().contains("handle:"))
                    .allMatch(entry -> entry.level() == System.Logger.Level.ERROR);
        }
    }

    @Test
    @DisplayName("a handler that throws falls back to the default one, which tells of both")
    void handlerThrows_isLoggedWithOriginal() {
        var second = new IllegalStateException("the handler is broken");
        loop.setExceptionHandler((where, context) -> {
            throw second;
        });
        loop.callSoon(this::fail);
        try (var logs = Logs.capture()) {
            iterate(loop);
            assertThat(logs.entries()).hasSize(1);
            assertThat(logs.entries().getFirst().thrown()).isSameAs(second);
            assertThat(second.getSuppressed()).containsExactly(failure);
        }
        assertThat(loop.runUntilComplete(() -> "alive")).isEqualTo("alive");
    }

    @Test
    @DisplayName("an error of the virtual machine in the handler is not swallowed")
    void handlerThrowsFatal_endsRun() {
        var fatal = new InternalError("made up");
        loop.setExceptionHandler((where, context) -> {
            throw fatal;
        });
        loop.callSoon(this::fail);
        assertThatThrownBy(loop::runForever).isSameAs(fatal);
    }

    @Test
    @DisplayName("a stack overflow is a failure like any other")
    void stackOverflow_isReported() {
        loop.setExceptionHandler((where, context) -> reported.add(context));
        loop.callSoon(ExceptionReportsTest::overflow);
        iterate(loop);
        assertThat(reported.getFirst().exception()).isInstanceOf(StackOverflowError.class);
    }

    @SuppressWarnings("InfiniteRecursion")
    private static void overflow() {
        overflow();
        overflow();
    }

    @Test
    @DisplayName("debug mode begins with the property, and is off by default")
    void debug_property() {
        assertThat(loop.getDebug()).isFalse();
        try (var property = io.asyncio4j.testing.Properties.set("asyncio4j.debug", "true");
                var debugged = new SelectorEventLoop()) {
            assertThat(property).isNotNull();
            assertThat(debugged.getDebug()).isTrue();
        }
    }

    @Test
    @DisplayName("debug mode reports callbacks and turns of tasks that take too long")
    void debug_slowCallback_isReported() {
        loop.setDebug(true);
        assertThat(loop.getSlowCallbackDuration()).isEqualTo(Duration.ofMillis(100));
        loop.setSlowCallbackDuration(Duration.ofMillis(2));
        Runnable spin =
                () -> {
                    long end = System.nanoTime() + 3_000_000;
                    while (System.nanoTime() < end) {
                        Thread.onSpinWait();
                    }
                };
        try (var logs = Logs.capture()) {
            loop.callSoon(spin);
            loop.callSoon(() -> {});
            iterate(loop);
            loop.runUntilComplete(
                    loop.createTask(
                            () -> {
                                spin.run();
                                return null;
                            },
                            "slow one"));
            assertThat(logs.messages())
                    .anyMatch(m -> m.matches("Executing <Handle.* took \\d+\\.\\d{3} seconds"))
                    .anyMatch(m -> m.startsWith("Executing <Task slow one"));
        }
        loop.setSlowCallbackDuration(Duration.ofSeconds(Long.MAX_VALUE));
        assertThat(loop.runUntilComplete(() -> 1)).isEqualTo(1);
    }

    @Test
    @DisplayName("without debug mode a slow callback is nobody's business")
    void noDebug_slowCallback_isNotReported() {
        loop.setSlowCallbackDuration(Duration.ZERO);
        try (var logs = Logs.capture()) {
            loop.callSoon(() -> {});
            iterate(loop);
            assertThat(logs.messages()).isEmpty();
        }
    }

    @Test
    @DisplayName("debug mode makes the use from a wrong thread an error that names the right call")
    void debug_wrongThread_throws() {
        loop.setDebug(true);
        loop.runUntilComplete(() -> {
            var other =
                    new FutureTask<>(() -> {
                        for (Runnable wrong : wrongCalls()) {
                            assertThatThrownBy(wrong::run)
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("'intruder'")
                                    .hasMessageContaining("callSoonThreadsafe");
                        }
                        return null;
                    });
            Thread.ofPlatform().name("intruder").start(other);
            other.get();
            return null;
        });
    }

    private List<Runnable> wrongCalls() {
        return List.of(
                () -> loop.callSoon(() -> {}),
                () -> loop.callLater(Duration.ZERO, () -> {}),
                () -> loop.callAt(0, () -> {}),
                () -> loop.createTask(() -> 1),
                () -> loop.addReader(0, () -> {}));
    }

    @Test
    @DisplayName("debug mode keeps where a callback was created, and reports it with the failure")
    void debug_source_isReported() {
        assertThat(loop.callSoon(() -> {}).source()).isNull();
        loop.setDebug(true);
        loop.setExceptionHandler((where, context) -> reported.add(context));
        Handle handle = loop.callSoon(this::fail);
        assertThat(handle.source()).isNotNull();
        assertThat(handle.source().getStackTrace())
                .anyMatch(frame -> frame.getMethodName().equals("debug_source_isReported"));
        iterate(loop);
        assertThat(reported.getFirst().details()).containsEntry("source", handle.source());
    }

    @Test
    @DisplayName("tasks run in debug mode as they do without")
    void debug_tasks_run() {
        loop.setDebug(true);
        assertThat(
                        loop.runUntilComplete(() -> {
                            var child =
                                    Asyncio.createTask(() -> {
                                        Asyncio.sleep(Duration.ofMillis(1));
                                        return 3;
                                    });
                            return Asyncio.await(child) + 1;
                        }))
                .isEqualTo(4);
    }

    @Test
    @DisplayName("so is completing a future that a task of the loop awaits, which waits on")
    void debug_wrongThread_completes_throws() throws Exception {
        loop.setDebug(true);
        Future<String> future = loop.createFuture();
        String result =
                loop.runUntilComplete(() -> {
                    var waiting = Asyncio.createTask(() -> Asyncio.await(future));
                    Asyncio.sleep(Duration.ZERO);
                    List<Runnable> wrong =
                            List.of(
                                    () -> future.setResult("from elsewhere"),
                                    () -> future.setException(new IllegalArgumentException()),
                                    future::cancel);
                    Asyncio.toThread(() -> {
                        for (Runnable each : wrong) {
                            assertThatThrownBy(each::run)
                                    .isInstanceOf(IllegalStateException.class)
                                    .hasMessageContaining("callSoonThreadsafe");
                        }
                        return null;
                    });
                    assertThat(future.isDone()).isFalse();
                    future.setResult("from the loop");
                    return Asyncio.await(waiting);
                });
        assertThat(result).isEqualTo("from the loop");
    }
}

package io.asyncio4j.graalpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.Task;
import java.io.IOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotAccess;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.io.IOAccess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** What a program does wrong ends in one exception that says the way out. */
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class BadUseTest {

    private static Context context;

    @BeforeAll
    static void open() throws IOException {
        context = open(Python.newContext());
    }

    private static Context open(Context context) throws IOException {
        context.eval(
                Source.newBuilder("python", BadUseTest.class.getResource("bad_use.py")).build());
        return context;
    }

    @AfterAll
    static void close() {
        context.close(true);
    }

    private static Value call(Context context, String function, Object... arguments) {
        return context.getBindings("python").getMember(function).execute(arguments);
    }

    @TestFactory
    Stream<DynamicTest> inPython() {
        return PythonTests.of(
                context,
                test ->
                        assertTimeoutPreemptively(
                                Duration.ofSeconds(20), () -> test.executeVoid()));
    }

    @Test
    @DisplayName("A loop belongs to one context; another one is refused, and the loop continues")
    void twoContexts_isRefused() throws IOException {
        try (Context other = open(Python.newContext())) {
            Asyncio.run(() -> {
                assertThat(Python.await(call(context, "add", 1, 2)).asInt()).isEqualTo(3);
                assertThatThrownBy(() -> Python.loopOf(other))
                        .isInstanceOf(PolyglotException.class)
                        .hasMessageContaining("belongs to another Python context")
                        .hasMessageContaining("create one in each context");
                assertThatThrownBy(() -> Python.await(call(other, "add", 1, 2)))
                        .hasMessageContaining("belongs to another Python context");
                assertThatThrownBy(() -> call(other, "adopt", Asyncio.getRunningLoop()))
                        .hasMessageContaining("belongs to another Python context");
                assertThat(Python.await(call(context, "add", 1, 2)).asInt()).isEqualTo(3);
            });
            Asyncio.run(
                    () -> assertThat(Python.await(call(other, "add", 1, 2)).asInt()).isEqualTo(3));
        }
    }

    @Test
    @DisplayName(
            "A context that is closed while Java awaits it fails what awaits, and not the loop")
    void closedContext_javaRuns() throws IOException {
        Context other = open(Python.newContext());
        Asyncio.run(() -> {
            Future<Value> future = Python.future(call(other, "sleep"));
            Task<Value> task = Asyncio.createTask(future::await);
            Value coroutine = call(other, "add", 1, 2);
            Asyncio.sleep(Duration.ofMillis(1));
            other.close(true);
            assertThatThrownBy(() -> Python.await(coroutine))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
            assertThatThrownBy(() -> Python.loopOf(other))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
            task.cancel();
            assertThatThrownBy(task::await)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("closed");
        });
    }

    @Test
    @DisplayName("A context whose loop is running in another thread cannot be closed")
    void closedContext_pythonRuns_isRefused() throws Exception {
        Context other = open(Python.newContext());
        EventLoop loop = Asyncio.newEventLoop();
        Value python = call(other, "adopt", loop);
        Thread runs = Thread.ofPlatform().start(() -> python.invokeMember("run_forever"));
        while (!loop.isRunning()) {
            Thread.onSpinWait();
        }
        assertThatThrownBy(other::close)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("thread");
        loop.callSoonThreadsafe(loop::stop);
        runs.join();
        python.invokeMember("close");
        other.close();
        assertThat(loop.isClosed()).isTrue();
    }

    @Test
    @DisplayName("Without the native POSIX backend, no loop is made")
    void noNativeBackend_isRefused() throws IOException {
        try (Context java = Context.newBuilder("python").allowAllAccess(true).build()) {
            Python.install(java);
            open(java);
            assertThatThrownBy(() -> call(java, "new_loop"))
                    .isInstanceOf(PolyglotException.class)
                    .hasMessageStartingWith("RuntimeError: asyncio4j needs")
                    .hasMessageContaining("set that option to 'native'")
                    .hasMessageContaining("Python.contextBuilder()");
            Asyncio.run(() ->
                    assertThatThrownBy(() -> Python.await(call(java, "add", 1, 2)))
                            .hasMessageContaining("set that option to 'native'"));
        }
    }

    @Test
    @DisplayName("Without access to Java, the package cannot be imported")
    void noHostAccess_isRefused() {
        try (Context closed =
                Context.newBuilder("python")
                        .allowIO(IOAccess.ALL)
                        .allowPolyglotAccess(PolyglotAccess.ALL)
                        .build()) {
            Python.install(closed);
            assertThatThrownBy(() -> closed.eval("python", "import asyncio4j"))
                    .isInstanceOf(PolyglotException.class)
                    .hasMessageStartingWith("ImportError: asyncio4j needs")
                    .hasMessageContaining("Python.contextBuilder()");
        }
        try (Context closed = Context.newBuilder("python").build()) {
            assertThatThrownBy(() -> Python.install(closed))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Python.contextBuilder()");
        }
    }
}

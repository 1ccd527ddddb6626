package io.asyncio4j.graalpy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.Future;
import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.Task;
import io.asyncio4j.sync.Queue;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.PolyglotException;
import org.graalvm.polyglot.Source;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyExecutable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Java tasks and Python coroutines that await each other; in one context, which takes long. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InteropTest {

    private static Context context;
    private static Value python;

    @BeforeAll
    static void open() throws IOException {
        context = Python.newContext();
        context.eval(
                Source.newBuilder("python", InteropTest.class.getResource("interop.py")).build());
        python = context.getBindings("python");
    }

    @AfterAll
    static void close() {
        context.close(true);
    }

    private static Value call(String function, Object... arguments) {
        return python.getMember(function).execute(arguments);
    }

    /** Runs a coroutine of {@code interop.py} on a loop that Java runs. */
    private static Value run(String function, Object... arguments) {
        return Asyncio.run(() -> Python.await(call(function, arguments)));
    }

    // Java awaits Python

    @Test
    @DisplayName("A Java task awaits a coroutine, on whichever loop is running")
    void await_coroutine_returnsItsResult() {
        for (int i = 0; i < 2; i++) {
            assertThat(run("add", 1, 2).asInt()).isEqualTo(3);
        }
    }

    @Test
    @DisplayName("In a coroutine that Java awaits, the running loop is the one over Java's")
    void await_coroutine_seesItsLoop() {
        assertThat(run("loops").asBoolean()).isTrue();
        assertThat(run("iterate").asInt()).isEqualTo(3);
        assertThat(run("context_of_tasks").asString()).isEqualTo("set");
        assertThat(run("in_executor").asInt()).isEqualTo(42);
        Asyncio.run(() -> {
            Value loop = Python.loopOf(context);
            assertThat(loop.invokeMember("is_running").asBoolean()).isTrue();
            Value task = loop.invokeMember("create_task", call("add", 3, 4));
            assertThat(Python.await(task).asInt()).isEqualTo(7);
            assertThat(Python.await(task).asInt()).isEqualTo(7);
        });
    }

    @Test
    @DisplayName("In debug mode a coroutine may be started from a Java task all the same")
    void await_debugMode_works() {
        Asyncio.run(() -> {
            Asyncio.getRunningLoop().setDebug(true);
            Asyncio.getRunningLoop().setSlowCallbackDuration(Duration.ofMinutes(1));
            Python.loopOf(context).invokeMember("set_debug", true);
            assertThat(Python.await(call("add", 1, 2)).asInt()).isEqualTo(3);
        });
    }

    @Test
    @DisplayName("A Python exception arrives with its type")
    void await_exception_isPolyglot() {
        assertThatThrownBy(() -> run("fail"))
                .isInstanceOfSatisfying(
                        PolyglotException.class,
                        e -> {
                            assertThat(e).hasMessage("KeyError: 'no such key'");
                            Value type = e.getGuestObject().getMetaObject();
                            assertThat(type.getMetaSimpleName()).isEqualTo("KeyError");
                        });
    }

    @Test
    @DisplayName("SystemExit ends the awaiting task, and not the Java loop")
    void await_systemExit_isAnException() {
        Asyncio.run(() -> {
            assertThatThrownBy(() -> Python.await(call("leave")))
                    .isInstanceOf(PolyglotException.class)
                    .hasMessageContaining("SystemExit");
            assertThat(Python.await(call("add", 1, 2)).asInt()).isEqualTo(3);
        });
    }

    @Test
    @DisplayName("Cancelling the Java task cancels the coroutine, with the message")
    void cancel_javaTask_cancelsPython() {
        Asyncio.run(() -> {
            Task<Value> task = Asyncio.createTask(() -> Python.await(call("sleep")));
            Python.await(call("add", 1, 2)); // it has begun by then
            task.cancel("enough");
            assertThatThrownBy(task::await)
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("enough");
            assertThat(python.getMember("log").toString()).contains("cancelled: enough");
        });
    }

    @Test
    @DisplayName("A coroutine that keeps a cancellation to itself has its result awaited")
    void cancel_swallowed_hasResult() {
        Asyncio.run(() -> {
            Future<Value> future = Python.future(call("be_stubborn"));
            Python.await(call("add", 1, 2));
            assertThat(future.cancel()).isTrue();
            assertThat(future.isDone()).isFalse();
            assertThat(future.await().asString()).isEqualTo("stayed");
        });
    }

    @Test
    @DisplayName("A coroutine that is cancelled cancels the Java task's await")
    void cancel_python_arrives() {
        assertThatThrownBy(() -> run("cancel_itself"))
                .isInstanceOf(CancellationException.class)
                .hasMessage("by itself");
    }

    @Test
    @DisplayName("A timeout of Java's ends a coroutine")
    void timeout_ofJava_endsPython() {
        assertThatThrownBy(() ->
                        Asyncio.run(() ->
                                Asyncio.timeout(
                                        Duration.ofMillis(20), () -> Python.await(call("sleep")))))
                .isInstanceOf(TimeoutException.class);
    }

    @Test
    @DisplayName("What cannot be awaited, or not here, is refused")
    void await_wrong_isRefused() {
        assertThatThrownBy(() -> run("raise_value_error"))
                .hasMessageContaining("ValueError: from a Java task");
        assertThatThrownBy(() -> Asyncio.run(() -> Python.await(context.eval("python", "1"))))
                .hasMessageContaining("TypeError");
        Value coroutine = call("add", 1, 2);
        assertThatThrownBy(() -> Python.await(coroutine))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("outside of a task");
        coroutine.invokeMember("close");
    }

    // Python awaits Java

    @Test
    @DisplayName("A coroutine awaits futures, tasks and stages of Java")
    void awaitJava_kinds() {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            Future<String> future = loop.createFuture();
            loop.callLater(Duration.ofMillis(5), () -> future.setResult("future"));
            Task<String> task = Asyncio.createTask(() -> "task");
            var stage = new CompletableFuture<String>();
            Thread.startVirtualThread(() -> stage.complete("stage"));
            CompletionStage<String> minimal = CompletableFuture.completedStage("minimal");
            Value all = Python.await(call("gathered", future, task, stage, minimal));
            assertThat(all.asString()).isEqualTo("future, task, stage, minimal");
            assertThat(Python.await(call("await_java", future)).asString()).isEqualTo("future");
        });
    }

    @Test
    @DisplayName("Java's exceptions are raised as Python's, with Java's as the cause")
    void awaitJava_exceptions_areTranslated() {
        assertThat(caught(new IllegalArgumentException("bad")))
                .isEqualTo("ValueError(bad) from IllegalArgumentException");
        assertThat(caught(new TimeoutException("late")))
                .isEqualTo("TimeoutError(late) from TimeoutException");
        assertThat(caught(new NoSuchProcessException("none")))
                .isEqualTo("ProcessLookupError([Errno 3] none) from NoSuchProcessException");
        assertThat(caught(new IOException("broken"))).isEqualTo("OSError(broken) from IOException");
        assertThat(caught(new UnsupportedOperationException("no")))
                .isEqualTo("NotImplementedError(no) from UnsupportedOperationException");
        assertThat(caught(new IllegalStateException("odd"))).startsWith("RuntimeError(");
    }

    private static String caught(Exception exception) {
        Value caught = run("caught", CompletableFuture.failedFuture(exception));
        return caught.asString();
    }

    @Test
    @DisplayName("An exception that crosses twice keeps its identity")
    void exceptions_crossTwice() {
        var bad = new IllegalArgumentException("bad");
        assertThatThrownBy(() -> run("await_java", CompletableFuture.failedFuture(bad)))
                .isInstanceOf(PolyglotException.class)
                .hasMessage("ValueError: bad")
                .hasCause(bad);
        assertThat(run("through_java_task").asString()).isEqualTo("from a Java task");
        assertThat(run("exit_in_java_task").asInt()).isEqualTo(3);
        assertThat(run("cancel_in_java_task").asString()).isEqualTo("in a Java task");
    }

    @Test
    @DisplayName("What fails in a loop that Java runs is reported to Java's exception handler")
    void failures_goToJava() {
        var reported = new CompletableFuture<String>();
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            loop.setExceptionHandler((ignored, failure) -> reported.complete(failure.message()));
            Python.loopOf(context);
            loop.callExceptionHandler(new ExceptionContext("a failure", null));
        });
        assertThat(reported).isCompletedWithValue("a failure");
    }

    @Test
    @DisplayName("A cancelled coroutine cancels what it awaits of Java, and waits for its end")
    void cancel_coroutine_cancelsJava() {
        Asyncio.run(() -> {
            var ended = new CompletableFuture<String>();
            Task<?> task =
                    Asyncio.createTask(() -> {
                        try {
                            Asyncio.sleep(Duration.ofHours(1));
                        } catch (CancellationException e) {
                            Asyncio.sleep(Duration.ofMillis(5));
                            ended.complete(String.valueOf(e.getMessage()));
                            throw e;
                        }
                    });
            assertThat(Python.await(call("timed_out", task)).asString()).isEqualTo("timed out");
            assertThat(ended).isCompleted();
            assertThat(task.isCancelled()).isTrue();

            var stage = new CompletableFuture<String>();
            Python.await(call("timed_out", stage));
            assertThat(stage).isCancelled();
        });
    }

    @Test
    @DisplayName("A Java future that is cancelled cancels the coroutine's await")
    void cancel_javaFuture_arrives() {
        Asyncio.run(() -> {
            Future<String> future = Asyncio.getRunningLoop().createFuture();
            Future<Value> awaiting = Python.future(call("await_java", future));
            Asyncio.sleep(Duration.ofMillis(5));
            future.cancel("by Java");
            assertThatThrownBy(awaiting::await)
                    .isInstanceOf(CancellationException.class)
                    .hasMessage("by Java");
        });
    }

    @Test
    @DisplayName("A future of another loop is refused")
    void awaitJava_otherLoop_isRefused() {
        try (EventLoop other = Asyncio.newEventLoop()) {
            Future<String> future = other.createFuture();
            assertThat(run("of_another_loop", future).asString()).contains("another loop");
        }
    }

    @Test
    @DisplayName("Work goes both ways through one queue")
    void queue_bothWays() {
        Asyncio.run(() -> {
            var queue = new Queue<Object>(1);
            Future<Value> giving = Python.future(call("give", queue));
            assertThat(queue.get()).hasToString("from Python 1");
            queue.taskDone();
            assertThat(queue.get()).hasToString("from Python 2");
            queue.taskDone();
            giving.await();
            Future<Value> taking = Python.future(call("take", queue));
            queue.put("from Java 1");
            queue.put("from Java 2");
            assertThat(taking.await().toString()).isEqualTo("['from Java 1', 'from Java 2']");
        });
    }

    @Test
    @DisplayName("On a loop that Python runs, Java tasks await coroutines as well")
    void pythonRuns_javaAwaits() {
        ProxyExecutable body = arguments -> Python.await(call("add", 20, 22)).asInt();
        assertThat(call("python_runs", body).asInt()).isEqualTo(42);
    }
}

package io.asyncio4j;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createEagerTask;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.runCoroutineThreadsafe;
import static io.asyncio4j.Asyncio.sleep;
import static io.asyncio4j.Asyncio.toThread;
import static io.asyncio4j.testing.Loops.iterate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.spi.LoopContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TaskContextTest {

    private static final InheritableThreadLocal<String> INHERITED = new InheritableThreadLocal<>();
    private static final ThreadLocal<String> TRACE = new ThreadLocal<>();

    private final List<String> events = new ArrayList<>();

    /** Carries {@link #TRACE} as a tracing library would, and counts the steps. */
    private final class TraceHook implements TaskContextHook {
        @Override
        public Carried capture() {
            String trace = TRACE.get();
            if (trace == null) {
                return null;
            }
            return new Carried() {
                private String current = trace;

                @Override
                public void resume() {
                    TRACE.set(current);
                    events.add("resume " + trace);
                }

                @Override
                public void suspend() {
                    current = TRACE.get();
                    TRACE.remove();
                    events.add("suspend " + trace);
                }
            };
        }
    }

    @Test
    @DisplayName("Inheritable thread locals flow from creator to task, and not back")
    void inheritableThreadLocals_flow() {
        INHERITED.set("outside");
        try {
            run(() -> {
                assertThat(INHERITED.get()).isEqualTo("outside");
                INHERITED.set("main");
                Task<Void> child =
                        createTask(() -> {
                            sleep(Duration.ZERO);
                            assertThat(INHERITED.get()).isEqualTo("main");
                            INHERITED.set("child");
                            return null;
                        });
                INHERITED.set("changed later");
                await(child);
                assertThat(INHERITED.get()).isEqualTo("changed later");
                createEagerTask(() -> events.add(INHERITED.get()));
                assertThat(events).containsExactly("changed later");
            });
        } finally {
            INHERITED.remove();
        }
    }

    @Test
    @DisplayName("A hook's context surrounds each step of the task that carries it")
    void hook_surroundsSteps() {
        run(() -> {
            getRunningLoop().setTaskContextHook(new TraceHook());
            TRACE.set("span");
            Task<String> child =
                    createTask(() -> {
                        sleep(Duration.ZERO);
                        return TRACE.get();
                    });
            TRACE.remove();
            Task<String> without = createTask(() -> TRACE.get());
            assertThat(await(child)).isEqualTo("span");
            assertThat(await(without)).isNull();
            assertThat(events)
                    .containsExactly("resume span", "suspend span", "resume span", "suspend span");
        });
    }

    @Test
    @DisplayName("An eager start suspends the context of the starter")
    void hook_eagerStart() {
        run(() -> {
            getRunningLoop().setTaskContextHook(new TraceHook());
            TRACE.set("outer");
            await(
                    createTask(() -> {
                        TRACE.set("inner");
                        createEagerTask(() -> events.add("body " + TRACE.get()));
                        events.add("goes on with " + TRACE.get());
                        return null;
                    }));
            TRACE.remove();
        });
        assertThat(events)
                .containsExactly(
                        "resume outer",
                        "suspend outer",
                        "resume inner",
                        "body inner",
                        "suspend inner",
                        "resume outer",
                        "goes on with inner",
                        "suspend outer");
    }

    @Test
    @DisplayName("A hook that throws is reported, the task runs")
    void hook_throws_isReported() {
        run(() -> {
            var loop = getRunningLoop();
            loop.setExceptionHandler((each, context) -> events.add(context.message()));
            loop.setTaskContextHook(() -> {
                throw new IllegalStateException("capture");
            });
            assertThat(await(createTask(() -> "ran"))).isEqualTo("ran");
            loop.setTaskContextHook(() ->
                    new TaskContextHook.Carried() {
                        @Override
                        public void resume() {
                            throw new IllegalStateException("resume");
                        }

                        @Override
                        public void suspend() {}
                    });
            assertThat(await(createTask(() -> "ran"))).isEqualTo("ran");
            assertThat(events)
                    .containsExactly(
                            "Exception in the task context hook",
                            "Exception in the context of a task");
        });
    }

    @Test
    @DisplayName("toThread runs elsewhere, carries the context, and throws what the call throws")
    void toThread_carriesAndThrows() {
        run(() -> {
            getRunningLoop().setTaskContextHook(new TraceHook());
            TRACE.set("span");
            Thread here = Thread.currentThread();
            assertThat(toThread(() -> TRACE.get() + (Thread.currentThread() != here)))
                    .isEqualTo("spantrue");
            TRACE.remove();
            assertThatThrownBy(() ->
                            toThread(() -> {
                                throw new IOException("as it is");
                            }))
                    .isInstanceOf(IOException.class);
        });
        assertThatIllegalStateException().isThrownBy(() -> toThread(() -> ""));
    }

    @Test
    @DisplayName("Cancelling toThread ends the waiting, the call goes on")
    void toThread_cancelled() {
        run(() -> {
            var begun = new CompletableFuture<String>();
            var release = new CountDownLatch(1);
            var ended = new CompletableFuture<String>();
            Task<?> waiter =
                    createTask(() ->
                            toThread(() -> {
                                begun.complete("");
                                release.await();
                                return ended.complete("");
                            }));
            await(begun);
            waiter.cancel();
            assertThatThrownBy(waiter::await).isInstanceOf(CancellationException.class);
            release.countDown();
            await(ended);
        });
    }

    @Test
    @DisplayName("runCoroutineThreadsafe: result, exception, and cancelling from the other thread")
    void runCoroutineThreadsafe_outcomes() throws Exception {
        run(() -> {
            EventLoop loop = getRunningLoop();
            assertThat(toThread(() -> runCoroutineThreadsafe(() -> after("x"), loop).get()))
                    .isEqualTo("x");
            assertThatThrownBy(() -> toThread(() -> runCoroutineThreadsafe(this::bad, loop).get()))
                    .hasRootCauseMessage("bad");
            Future<String> cancelled = loop.createFuture();
            Future<String> begun = loop.createFuture();
            var stage = new CompletableFuture<CompletableFuture<Void>>();
            toThread(() ->
                    stage.complete(
                            runCoroutineThreadsafe(() -> cancellable(begun, cancelled), loop)));
            await(begun);
            toThread(() -> stage.join().cancel(true));
            assertThat(await(cancelled)).isEqualTo("cancelled");
        });
    }

    private static String after(String result) {
        sleep(Duration.ZERO);
        return result;
    }

    private String bad() {
        throw new IllegalArgumentException("bad");
    }

    private static Void cancellable(Future<String> begun, Future<String> cancelled) {
        begun.setResult("");
        try {
            sleep(Duration.ofHours(1));
            return null;
        } catch (CancellationException e) {
            cancelled.setResult("cancelled");
            throw e;
        }
    }

    @Test
    @DisplayName("runCoroutineThreadsafe on a closed loop is refused")
    void runCoroutineThreadsafe_closed() {
        var loop = Asyncio.newEventLoop();
        loop.close();
        assertThatIllegalStateException().isThrownBy(() -> runCoroutineThreadsafe(() -> "", loop));
    }

    @Test
    @DisplayName("A CompletionException that the call throws is not unwrapped")
    void toThread_callThrowsCompletionException() {
        run(() -> {
            var thrown = new CompletionException(new IOException("the call's"));
            assertThatThrownBy(() ->
                            toThread(() -> {
                                throw thrown;
                            }))
                    .isSameAs(thrown);
        });
    }

    @Test
    @DisplayName("A hook that fails, with an error or around a call in a thread, does not stop it")
    void hook_failsOtherwise_isReported() {
        run(() -> {
            var loop = getRunningLoop();
            loop.setExceptionHandler(
                    (each, context) -> events.add(context.exception().getMessage()));
            loop.setTaskContextHook(() -> {
                throw new AssertionError("capture");
            });
            assertThat(await(createTask(() -> "ran"))).isEqualTo("ran");
            assertThat(toThread(() -> "ran")).isEqualTo("ran");
            loop.setTaskContextHook(() ->
                    new TaskContextHook.Carried() {
                        @Override
                        public void resume() {
                            if (LoopContext.current() == null) {
                                throw new IllegalStateException("resume");
                            }
                        }

                        @Override
                        public void suspend() {
                            if (LoopContext.current() == null) {
                                throw new AssertionError("suspend");
                            }
                        }
                    });
            assertThat(toThread(() -> "ran")).isEqualTo("ran");
            assertThat(events).containsExactly("capture", "capture", "resume", "suspend");
        });
    }

    @Test
    @DisplayName("runCoroutineThreadsafe: a loop that closes cancels the stage, begun or not")
    void runCoroutineThreadsafe_loopCloses() {
        CompletableFuture<Void> begun;
        CompletableFuture<Void> waiting;
        try (var loop = Asyncio.newEventLoop()) {
            begun = runCoroutineThreadsafe(() -> cancellable(loop.createFuture(), null), loop);
            iterate(loop);
            iterate(loop);
            waiting = runCoroutineThreadsafe(() -> null, loop);
        }
        assertThat(begun).isCancelled();
        assertThat(waiting).isCancelled();
    }
}

package io.asyncio4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import io.asyncio4j.policy.Policies;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RunnerTest {

    private static final class Observed extends DefaultEventLoopPolicy {
        final List<EventLoop> made = new ArrayList<>();
        final List<@Nullable EventLoop> set = new ArrayList<>();

        @Override
        public EventLoop newEventLoop() {
            EventLoop loop = super.newEventLoop();
            made.add(loop);
            return loop;
        }

        @Override
        public void setEventLoop(@Nullable EventLoop loop) {
            set.add(loop);
            super.setEventLoop(loop);
        }
    }

    private static final Duration LONG = Duration.ofHours(1);

    private final Observed policy = new Observed();

    @BeforeEach
    void setPolicy() {
        Policies.set(policy);
    }

    @AfterEach
    void restoreDefault() {
        Policies.set(null);
    }

    @Test
    @DisplayName("run asks the policy for a loop, sets it once, unsets and closes it")
    void run_withoutFactory_usesPolicy() {
        int result =
                Asyncio.run(() -> {
                    assertThat(policy.getEventLoop()).isSameAs(Asyncio.getRunningLoop());
                    return 42;
                });
        assertThat(result).isEqualTo(42);
        EventLoop loop = policy.made.getFirst();
        assertThat(policy.made).hasSize(1);
        assertThat(policy.set).containsExactly(loop, null);
        assertThat(loop.isClosed()).isTrue();
    }

    @Test
    @DisplayName("several runs share the loop, which is set once")
    void run_twice_sameLoopSetOnce() {
        try (var runner = new Runner()) {
            EventLoop first = runner.run(Asyncio::getRunningLoop);
            assertThat(runner.run(Asyncio::getRunningLoop)).isSameAs(first);
            assertThat(runner.getLoop()).isSameAs(first);
            assertThat(policy.set).containsExactly(first);
        }
    }

    @Test
    @DisplayName("main may return nothing, or null, in each of the ways to run it")
    void run_codeThatReturnsNothing_runs() {
        var ran = new ArrayList<String>();
        try (var runner = new Runner()) {
            runner.run(() -> Asyncio.sleep(Duration.ZERO));
            runner.run(() -> {
                ran.add("statement");
            });
            Object nothing =
                    runner.run(() -> {
                        ran.add("null");
                        return null;
                    });
            assertThat(nothing).isNull();
            runner.run(() -> ran.add(Asyncio.currentTask().getName()), "value");
            runner.run(
                    () -> {
                        ran.add(Asyncio.currentTask().getName());
                    },
                    "nothing");
            EventLoop loop = runner.getLoop();
            loop.runUntilComplete(() -> Asyncio.sleep(Duration.ZERO));
            loop.runUntilComplete(() -> {
                ran.add("loop");
            });
            assertThat(loop.<@Nullable Object>runUntilComplete(() -> null)).isNull();
            assertThat(loop.runUntilComplete(() -> ran.size())).isEqualTo(5);
        }
        Asyncio.run(ran::clear);
        Asyncio.run(() -> ran.add("run"));
        assertThat(ran).containsExactly("run");
    }

    @Test
    @DisplayName("getLoop makes the loop current, as run does")
    void getLoop_setsTheLoop() {
        try (var runner = new Runner()) {
            EventLoop loop = runner.getLoop();
            assertThat(policy.getEventLoop()).isSameAs(loop);
        }
    }

    @Test
    @DisplayName("with a loop factory the policy is left alone")
    void run_withFactory_leavesPolicyAlone() {
        var loop = new SelectorEventLoop();
        try (var runner = new Runner(() -> loop)) {
            assertThat(runner.run(Asyncio::getRunningLoop)).isSameAs(loop);
        }
        assertThat(policy.made).isEmpty();
        assertThat(policy.set).isEmpty();
        assertThat(loop.isClosed()).isTrue();
    }

    @Test
    @DisplayName("debug mode is an option, for a loop of the policy's and of a factory's")
    void options_debug_setsTheLoops() {
        for (boolean debug : new boolean[] {true, false}) {
            var options = Runner.Options.DEFAULT.debug(debug);
            assertThat(Asyncio.run(() -> Asyncio.getRunningLoop().getDebug(), options))
                    .isEqualTo(debug);
            var seen = new ArrayList<Boolean>();
            var loop = new SelectorEventLoop();
            loop.setDebug(!debug);
            Asyncio.run(
                    () -> {
                        assertThat(Asyncio.getRunningLoop()).isSameAs(loop);
                        seen.add(loop.getDebug());
                    },
                    options.loopFactory(() -> loop));
            assertThat(seen).containsExactly(debug);
            assertThat(loop.isClosed()).isTrue();
        }
        assertThat(policy.made).hasSize(2);
    }

    @Test
    @DisplayName("without the option debug mode stays as the factory has it")
    void options_noDebug_leavesItAlone() {
        for (boolean debug : new boolean[] {true, false}) {
            var loop = new SelectorEventLoop();
            loop.setDebug(debug);
            try (var runner = new Runner(Runner.Options.DEFAULT.loopFactory(() -> loop))) {
                assertThat(runner.getLoop().getDebug()).isEqualTo(debug);
            }
        }
    }

    @Test
    @DisplayName(
            "a runner that never ran closes nothing; closing twice is nothing; closed is closed")
    void close_unusedOrTwice_isNothing() {
        var runner = new Runner();
        runner.close();
        runner.close();
        assertThat(policy.set).isEmpty();
        assertThatThrownBy(() -> runner.run(() -> 1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("The runner is closed; create another");
        assertThatThrownBy(runner::getLoop).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("running inside of a running loop is an error, in callbacks and in tasks")
    void run_insideLoop_throws() {
        Asyncio.run(() -> {
            assertThatThrownBy(() -> Asyncio.run(() -> 1))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("running");
            Future<@Nullable Void> done = Asyncio.getRunningLoop().createFuture();
            Asyncio.getRunningLoop()
                    .callSoon(() -> {
                        assertThatThrownBy(() -> Asyncio.run(() -> 1))
                                .isInstanceOf(IllegalStateException.class);
                        done.setResult(null);
                    });
            Asyncio.await(done);
        });
        assertThat(policy.made).hasSize(1);
    }

    @Test
    @DisplayName("what main throws is thrown as it is, checked exceptions too")
    void run_mainThrows_rethrows() {
        var unchecked = new IllegalArgumentException("a");
        var checked = new IOException("b");
        assertThatThrownBy(() -> Asyncio.run(() -> throwIt(unchecked))).isSameAs(unchecked);
        assertThatThrownBy(() -> Asyncio.run(() -> throwIt(checked))).isSameAs(checked);
        assertThat(policy.made).allMatch(EventLoop::isClosed);
    }

    private static void throwIt(Exception e) throws Exception {
        throw e;
    }

    @Test
    @DisplayName("on the way out the remaining tasks are cancelled and waited for")
    void close_remainingTasks_cancelledAndAwaited() {
        var events = new ArrayList<String>();
        Asyncio.run(() -> {
            Asyncio.createTask(() -> {
                try {
                    Asyncio.sleep(LONG);
                } catch (CancellationException e) {
                    Asyncio.sleep(Duration.ofMillis(5));
                    events.add("cleaned up");
                    throw e;
                }
            });
            Asyncio.sleep(Duration.ZERO);
            events.add("main ends");
        });
        assertThat(events).containsExactly("main ends", "cleaned up");
    }

    @Test
    @DisplayName("failures of cancelled tasks go to the loop's exception handler")
    void close_taskFailsWhileCancelled_isReported() {
        var reported = new ArrayList<ExceptionContext>();
        var failure = new IllegalArgumentException("cleaning up failed");
        var tasks = new ArrayList<Task<?>>();
        Asyncio.run(() -> {
            Asyncio.getRunningLoop().setExceptionHandler((loop, context) -> reported.add(context));
            tasks.add(
                    Asyncio.createTask(() -> {
                        try {
                            Asyncio.sleep(LONG);
                        } catch (CancellationException e) {
                            throw failure;
                        }
                    }));
            Asyncio.sleep(Duration.ZERO);
        });
        assertThat(reported).hasSize(1);
        assertThat(reported.getFirst().exception()).isSameAs(failure);
        assertThat(reported.getFirst().details()).containsEntry("task", tasks.getFirst());
    }

    @Test
    @DisplayName("the default executor has ended when run returns")
    void close_shutsExecutorDown() {
        var mainEnded = new CountDownLatch(1);
        var events = new ArrayList<String>();
        Asyncio.run(() -> {
            Asyncio.getRunningLoop()
                    .runInExecutor(() -> {
                        mainEnded.await();
                        return events.add("worked");
                    });
            Task.current().addDoneCallback(main -> mainEnded.countDown());
        });
        assertThat(events).containsExactly("worked");
    }

    @Test
    @DisplayName("run works in a thread without a loop, and in a virtual thread")
    void run_otherThreads_works() throws Exception {
        for (Thread.Builder kind : List.of(Thread.ofPlatform(), Thread.ofVirtual())) {
            var task = new FutureTask<>(() -> Asyncio.run(() -> Task.current() != null));
            kind.start(task);
            assertThat(task.get()).isTrue();
        }
    }

    @Test
    @DisplayName("a policy that fails when the loop is taken away does not keep it open")
    void close_policyFails_loopIsClosed() {
        var policy =
                new DefaultEventLoopPolicy() {
                    @Override
                    public void setEventLoop(@Nullable EventLoop loop) {
                        throw new IllegalStateException("a child watcher refuses " + loop);
                    }
                };
        var loops = new ArrayList<EventLoop>();
        Policies.where(policy)
                .run(() -> {
                    var runner = new Runner();
                    assertThatThrownBy(runner::getLoop)
                            .hasMessageContaining("a child watcher refuses");
                    loops.add(runner.getLoop());
                    assertThatThrownBy(runner::close).hasMessage("a child watcher refuses null");
                    runner.close();
                });
        assertThat(loops).singleElement().matches(EventLoop::isClosed);
    }
}

package io.asyncio4j.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.MainThread;
import io.asyncio4j.warning.DeprecationWarning;
import io.asyncio4j.warning.ResourceWarning;
import io.asyncio4j.warning.Warning;
import io.asyncio4j.warning.Warnings;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Runs in the main thread, as all tests that have no preemptive timeout do. */
class DefaultEventLoopPolicyTest {

    /** Keeps the loops that it made and was given. */
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

    private final Observed policy = new Observed();
    private final Warnings.Recording warnings = Warnings.record();

    @BeforeEach
    void isMainThread() {
        assertThat(MainThread.is(Thread.currentThread())).isTrue();
    }

    @AfterEach
    void close() {
        warnings.close();
        policy.made.forEach(EventLoop::close);
    }

    /** All but what garbage of other tests has to say. */
    private List<Warning> warned() {
        return warnings.warnings().stream()
                .filter(each -> !(each instanceof ResourceWarning))
                .toList();
    }

    private static <T> T inThread(String name, Callable<T> code) throws Exception {
        var task = new FutureTask<T>(code);
        Thread.ofPlatform().name(name).start(task);
        return task.get();
    }

    @Test
    @DisplayName("main thread, never told: warns, and makes a loop through the overridable methods")
    void getEventLoop_mainThread_warnsAndCreates() {
        EventLoop loop = policy.getEventLoop();
        assertThat(warnings.messages(DeprecationWarning.class))
                .containsExactly("There is no current event loop");
        assertThat(policy.made).containsExactly(loop);
        assertThat(policy.set).containsExactly(loop);

        assertThat(policy.getEventLoop()).isSameAs(loop);
        assertThat(warned()).hasSize(1);
    }

    @Test
    @DisplayName("a subclass that does not keep the loop gets an error, never null")
    void getEventLoop_setLoopForgets_throws() {
        var forgetful =
                new DefaultEventLoopPolicy() {
                    @Override
                    public EventLoop newEventLoop() {
                        return policy.newEventLoop();
                    }

                    @Override
                    public void setEventLoop(@Nullable EventLoop loop) {}
                };
        assertThatThrownBy(forgetful::getEventLoop).isInstanceOf(IllegalStateException.class);
    }

    @Test
    @DisplayName("a warning made an error leaves no loop behind")
    void getEventLoop_warningIsError_createsNothing() {
        warnings.close();
        try (var filter = io.asyncio4j.testing.Properties.set("asyncio4j.warnings", "error")) {
            assertThat(filter).isNotNull();
            assertThatThrownBy(policy::getEventLoop).isInstanceOf(DeprecationWarning.class);
        }
        assertThat(policy.made).isEmpty();
    }

    @Test
    @DisplayName("setEventLoop(null) counts as having been called: no loop is made any more")
    void getEventLoop_mainThreadAfterNull_throws() {
        policy.setEventLoop(null);
        assertThatThrownBy(policy::getEventLoop)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "There is no current event loop in thread '"
                                + Thread.currentThread().getName()
                                + "'.");
        assertThat(policy.made).isEmpty();
        assertThat(warned()).isEmpty();
    }

    @Test
    @DisplayName("another thread: an error that names it, no warning, no loop")
    void getEventLoop_otherThread_throws() throws Exception {
        inThread(
                "worker-7",
                () ->
                        assertThatThrownBy(policy::getEventLoop)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessage(
                                        "There is no current event loop in thread 'worker-7'."));
        assertThat(policy.made).isEmpty();
        assertThat(warned()).isEmpty();
    }

    @Test
    @DisplayName("a thread that is named main is not the main thread")
    void getEventLoop_threadCalledMain_throws() throws Exception {
        inThread(
                "main",
                () ->
                        assertThatThrownBy(policy::getEventLoop)
                                .isInstanceOf(IllegalStateException.class));
    }

    @Test
    @DisplayName("each thread has the loop that was set there")
    void setEventLoop_twoThreads_apart() throws Exception {
        try (var mine = new SelectorEventLoop();
                var theirs = new SelectorEventLoop()) {
            policy.setEventLoop(mine);
            EventLoop seen =
                    inThread(
                            "other",
                            () -> {
                                policy.setEventLoop(theirs);
                                return policy.getEventLoop();
                            });
            assertThat(seen).isSameAs(theirs);
            assertThat(policy.getEventLoop()).isSameAs(mine);
        }
        assertThat(warned()).isEmpty();
    }

    @Test
    @DisplayName("each policy has its own loops")
    void setEventLoop_twoPolicies_apart() {
        var other = new DefaultEventLoopPolicy();
        other.setEventLoop(null);
        try (var loop = new SelectorEventLoop()) {
            policy.setEventLoop(loop);
            assertThatThrownBy(other::getEventLoop).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    @DisplayName("a closed loop that was set is still returned")
    void getEventLoop_closed_isReturned() {
        var loop = new SelectorEventLoop();
        policy.setEventLoop(loop);
        loop.close();
        assertThat(policy.getEventLoop()).isSameAs(loop);
    }

    @Test
    @DisplayName("asked from a callback or task, the policy knows the thread that runs the loop")
    void policy_insideOfLoop_knowsTheLoopsThread() {
        try (var loop = new SelectorEventLoop()) {
            policy.setEventLoop(loop);
            var seen = new ArrayList<EventLoop>();
            loop.callSoon(() -> seen.add(policy.getEventLoop()));
            seen.add(loop.runUntilComplete(policy::getEventLoop));
            assertThat(seen).containsExactly(loop, loop);

            loop.runUntilComplete(() -> {
                policy.setEventLoop(null);
                return null;
            });
            assertThatThrownBy(policy::getEventLoop).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    @DisplayName("newEventLoop makes a new selector loop each time, and sets none")
    void newEventLoop_setsNothing() {
        EventLoop first = policy.newEventLoop();
        assertThat(first).isInstanceOf(SelectorEventLoop.class).isNotSameAs(policy.newEventLoop());
        assertThat(policy.set).isEmpty();
    }

    @Test
    @DisplayName("Asyncio's functions go through the policy")
    void facade_delegates() {
        Policies.set(policy);
        try (var loop = new SelectorEventLoop()) {
            io.asyncio4j.Asyncio.setEventLoop(loop);
            assertThat(policy.set).containsExactly(loop);
            assertThat(io.asyncio4j.Asyncio.getEventLoop()).isSameAs(loop);
            assertThat(policy.made).containsExactly();
            EventLoop made = io.asyncio4j.Asyncio.newEventLoop();
            assertThat(policy.made).containsExactly(made);
        } finally {
            Policies.set(null);
        }
    }
}

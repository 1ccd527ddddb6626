package io.asyncio4j.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.Asyncio;
import io.asyncio4j.Future;
import io.asyncio4j.spi.LoopContext;
import io.asyncio4j.testing.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("portable")
@ParameterizedClass
@MethodSource("io.asyncio4j.testing.Loops#names")
class RunAndCloseTest {

    private final BaseEventLoop loop;

    RunAndCloseTest(String selector) {
        loop = Loops.open(selector);
    }

    @AfterEach
    void close() {
        loop.close();
    }

    @Test
    @DisplayName("isRunning and isClosed follow the loop's life")
    void state_followsLife() {
        assertThat(loop.isRunning()).isFalse();
        loop.callSoon(() -> {
            assertThat(loop.isRunning()).isTrue();
            loop.stop();
        });
        loop.runForever();
        assertThat(loop.isRunning()).isFalse();
        assertThat(loop.isClosed()).isFalse();
        loop.close();
        assertThat(loop.isClosed()).isTrue();
        loop.close();
    }

    @Test
    @DisplayName("closing a running loop is an error, from the loop and from another thread")
    void close_running_throws() throws Exception {
        ThrowingCallable close = loop::close;
        loop.callSoon(() -> {
            assertThatThrownBy(close)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("Cannot close a running event loop");
            var other =
                    new FutureTask<>(() ->
                            assertThatThrownBy(close).isInstanceOf(IllegalStateException.class));
            Thread.ofPlatform().start(other);
            try {
                other.get();
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        var failures = new ArrayList<Throwable>();
        loop.setExceptionHandler((where, context) -> failures.add(context.exception()));
        Loops.iterate(loop);
        assertThat(failures).isEmpty();
        assertThat(loop.isClosed()).isFalse();
    }

    @Test
    @DisplayName("a closed loop refuses whatever schedules or runs: Event loop is closed")
    void closed_everyCall_throws() {
        Future<String> future = loop.createFuture();
        loop.close();
        List<ThrowingCallable> calls =
                List.of(
                        () -> loop.callSoon(() -> {}),
                        () -> loop.callSoonThreadsafe(() -> {}),
                        () -> loop.execute(() -> {}),
                        () -> loop.callLater(Duration.ZERO, () -> {}),
                        () -> loop.callAt(0, () -> {}),
                        () -> loop.createTask(() -> 1),
                        () -> loop.runForever(),
                        () -> loop.runUntilComplete(future),
                        () -> loop.runUntilComplete(() -> 1),
                        () -> loop.runInExecutor(() -> 1),
                        () -> loop.addReader(0, () -> {}),
                        () -> loop.addWriter(1, () -> {}),
                        () -> loop.addSignalHandler("INT", () -> {}));
        for (ThrowingCallable call : calls) {
            assertThatThrownBy(call)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("Event loop is closed");
        }
        assertThat(loop.removeReader(0)).isFalse();
        assertThat(loop.removeWriter(0)).isFalse();
    }

    @Test
    @DisplayName("callbacks that did not run before the close never run")
    void close_dropsCallbacks() {
        var ran = new AtomicBoolean();
        loop.callSoon(() -> ran.set(true));
        loop.callSoonThreadsafe(() -> ran.set(true));
        loop.callLater(Duration.ZERO, () -> ran.set(true));
        loop.close();
        assertThat(ran).isFalse();
    }

    @Test
    @DisplayName("running it again while it runs is an error, and so is running another one inside")
    void run_insideRunning_throws() {
        try (var other = new SelectorEventLoop()) {
            var failures = new ArrayList<Throwable>();
            loop.setExceptionHandler((where, context) -> failures.add(context.exception()));
            var ran = new AtomicInteger();
            Runnable check =
                    () -> {
                        assertThatThrownBy(loop::runForever)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("already running");
                        assertThatThrownBy(() -> loop.runUntilComplete(ran::incrementAndGet))
                                .isInstanceOf(IllegalStateException.class);
                        assertThatThrownBy(other::runForever)
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("Cannot run " + other);
                        assertThatThrownBy(() -> other.runUntilComplete(ran::incrementAndGet))
                                .isInstanceOf(IllegalStateException.class);
                    };
            loop.callSoon(check);
            loop.runUntilComplete(() -> {
                check.run();
                Asyncio.sleep(Duration.ZERO);
                return null;
            });
            assertThat(failures).isEmpty();
            assertThat(ran).as("tasks of the refused runs").hasValue(0);
            assertThat(other.allTasks()).isEmpty();
        }
    }

    @Test
    @DisplayName("a loop that was stopped before the future was done says so")
    void runUntilComplete_stoppedEarly_throws() {
        Future<String> future = loop.createFuture();
        loop.callSoon(loop::stop);
        assertThatThrownBy(() -> loop.runUntilComplete(future))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageStartingWith("Event loop stopped before the future was done");
        // And the future's end does not stop a later run.
        future.setResult("late");
        var ran = new AtomicInteger();
        loop.callSoon(() -> loop.callSoon(() -> loop.callSoon(ran::incrementAndGet)));
        loop.callSoon(() -> loop.callSoon(() -> loop.callSoon(() -> loop.callSoon(loop::stop))));
        loop.runForever();
        assertThat(ran).hasValue(1);
    }

    @Test
    @DisplayName("another loop's future is refused")
    void runUntilComplete_foreignFuture_throws() {
        try (var other = new SelectorEventLoop()) {
            assertThatThrownBy(() -> loop.runUntilComplete(other.createFuture()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("belongs to another loop");
        }
    }

    @Test
    @DisplayName("a loop can be stopped in one thread and run on in another, its tasks with it")
    void run_anotherThread_goesOn() throws Exception {
        var threads = new ArrayList<Thread>();
        var task =
                loop.createTask(() -> {
                    threads.add(LoopContext.policyThread());
                    Asyncio.sleep(Duration.ZERO);
                    threads.add(LoopContext.policyThread());
                    return "done";
                });
        Loops.iterate(loop);
        var rest = new FutureTask<>(() -> loop.runUntilComplete(task));
        Thread other = Thread.ofPlatform().start(rest);
        assertThat(rest.get()).isEqualTo("done");
        assertThat(threads).containsExactly(Thread.currentThread(), other);
    }

    @Test
    @DisplayName("an error of the virtual machine ends the run, in a callback and in a task")
    void run_virtualMachineError_ends() {
        var fatal = new InternalError("made up");
        loop.callSoon(() -> {
            throw fatal;
        });
        assertThatThrownBy(loop::runForever).isSameAs(fatal);
        var task =
                loop.createTask(() -> {
                    throw fatal;
                });
        assertThatThrownBy(loop::runForever).isSameAs(fatal);
        assertThat(task.exception()).isSameAs(fatal);
        assertThat(loop.runUntilComplete(() -> "usable")).isEqualTo("usable");
    }
}

package io.asyncio4j.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.TimerHandle;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Loops;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.FutureTask;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Who may use a loop that runs in a thread: that thread. */
@ParameterizedClass
@MethodSource("io.asyncio4j.testing.Loops#withDescriptors")
@ExtendWith(LeakCheck.class)
class LoopThreadsTest {

    private final BaseEventLoop loop;

    LoopThreadsTest(String selector) {
        loop = Loops.open(selector);
    }

    @AfterEach
    void close() {
        loop.close();
    }

    /** Calls {@code body} in another thread while a callback of the loop waits for it. */
    private <T> T elsewhereWhileRunning(Callable<T> body) throws Exception {
        var task = new FutureTask<>(body);
        var result = new ArrayList<FutureTask<T>>();
        loop.callSoon(() -> {
            Thread.ofPlatform().name("elsewhere").start(task);
            try {
                task.get();
            } catch (Exception e) {
                // For the caller.
            }
            result.add(task);
        });
        Loops.iterate(loop);
        return result.getFirst().get();
    }

    private void assertRefusedElsewhere(String method, ThrowingCallable call) throws Exception {
        elsewhereWhileRunning(() -> {
            assertThatThrownBy(call)
                    .as(method)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(method)
                    .hasMessageContaining("'elsewhere'")
                    .hasMessageContaining("callSoonThreadsafe");
            return null;
        });
    }

    @Test
    @DisplayName("signal handlers are added and removed by the thread that runs the loop only")
    void signalHandlers_elsewhere_refused() throws Exception {
        loop.addSignalHandler("WINCH", () -> {});
        assertRefusedElsewhere("addSignalHandler", () -> loop.addSignalHandler("URG", () -> {}));
        assertRefusedElsewhere("removeSignalHandler", () -> loop.removeSignalHandler("WINCH"));
        assertThat(loop.removeSignalHandler("WINCH")).isTrue();
        assertThat(loop.removeSignalHandler("URG")).isFalse();
    }

    @Test
    @DisplayName("descriptors are watched and left by the thread that runs the loop only")
    void descriptors_elsewhere_refused() throws Exception {
        var pipe = FdTable.pipe(true, true);
        try {
            loop.addReader(pipe.readEnd(), () -> {});
            assertRefusedElsewhere("addReader", () -> loop.addReader(pipe.readEnd(), () -> {}));
            assertRefusedElsewhere("removeReader", () -> loop.removeReader(pipe.readEnd()));
            assertRefusedElsewhere("addWriter", () -> loop.addWriter(pipe.writeEnd(), () -> {}));
            assertRefusedElsewhere("removeWriter", () -> loop.removeWriter(pipe.writeEnd()));
            assertThat(loop.removeReader(pipe.readEnd())).isTrue();
            assertThat(loop.removeWriter(pipe.writeEnd())).isFalse();
        } finally {
            FdTable.closeQuietly(pipe.readEnd());
            FdTable.closeQuietly(pipe.writeEnd());
        }
    }

    @Test
    @DisplayName("in debug mode so is everything else, but for what says that any thread may")
    void debug_elsewhere_refused() throws Exception {
        loop.setDebug(true);
        TimerHandle timer = loop.callLater(Duration.ofHours(1), () -> {});
        Map<String, ThrowingCallable> calls =
                Map.of(
                        "stop", loop::stop,
                        "allTasks", loop::allTasks,
                        "setTaskFactory", () -> loop.setTaskFactory(null),
                        "setTaskContextHook", () -> loop.setTaskContextHook(null),
                        "setDefaultExecutor",
                                () -> loop.setDefaultExecutor(ForkJoinPool.commonPool()),
                        "shutdownDefaultExecutor", () -> loop.shutdownDefaultExecutor(null),
                        "runInExecutor", () -> loop.runInExecutor(Runnable::run, () -> 1),
                        "cancelling a timer", timer::cancel,
                        "createEagerTask", () -> loop.createEagerTask(() -> 1));
        for (var call : calls.entrySet()) {
            assertRefusedElsewhere(call.getKey(), call.getValue());
        }
        assertThat(timer.isCancelled()).isFalse();
        timer.cancel();
        elsewhereWhileRunning(() -> {
            loop.callSoonThreadsafe(() -> {});
            Runnable callback = () -> {};
            loop.addCloseCallback(callback);
            loop.removeCloseCallback(callback);
            return null;
        });
    }

    @Test
    @DisplayName("a loop that is not running may be prepared, and is cleaned up, by any thread")
    void notRunning_elsewhere_accepted() throws Exception {
        var pipe = FdTable.pipe(true, true);
        try {
            loop.setDebug(true);
            var task =
                    new FutureTask<>(() -> {
                        loop.addReader(pipe.readEnd(), () -> {});
                        loop.stop();
                        return List.of(loop.removeReader(pipe.readEnd()), loop.allTasks());
                    });
            Thread.ofPlatform().start(task);
            assertThat(task.get().getFirst()).isEqualTo(true);
        } finally {
            FdTable.closeQuietly(pipe.readEnd());
            FdTable.closeQuietly(pipe.writeEnd());
        }
    }
}

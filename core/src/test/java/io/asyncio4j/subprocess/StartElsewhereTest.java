package io.asyncio4j.subprocess;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.testing.LeakCheck;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Children of a loop that another loop's task, or another thread, asks for. */
@ExtendWith(LeakCheck.class)
class StartElsewhereTest {

    private static final Command TRUE = Command.exec("true");

    @Test
    @DisplayName("a task cannot have a child of another loop, whether that runs or not")
    void create_ofOtherLoop_refused() throws Exception {
        try (var other = new SelectorEventLoop()) {
            Asyncio.run(() ->
                    assertThatThrownBy(() -> ChildProcess.create(other, TRUE))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("runCoroutineThreadsafe"));
            var running = new CompletableFuture<EventLoop>();
            var thread =
                    Thread.ofPlatform()
                            .start(() -> {
                                other.callSoon(() -> running.complete(other));
                                other.runForever();
                            });
            running.join();
            try {
                Asyncio.run(() ->
                        assertThatThrownBy(() -> ChildProcess.create(other, TRUE))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("runCoroutineThreadsafe"));
                // What the message says.
                assertThat(
                                Asyncio.runCoroutineThreadsafe(
                                                () -> {
                                                    try (var child =
                                                            ChildProcess.create(other, TRUE)) {
                                                        return child.waitFor().returncode();
                                                    }
                                                },
                                                other)
                                        .join())
                        .isZero();
            } finally {
                other.callSoonThreadsafe(other::stop);
                thread.join();
            }
        }
    }

    @Test
    @DisplayName("a child of a running loop is not started from another thread")
    void subprocessExec_elsewhere_refused() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            var attempt =
                    new FutureTask<>(() -> {
                        assertThatThrownBy(() ->
                                        loop.subprocessExec(
                                                () -> new SubprocessProtocol() {}, TRUE))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("callSoonThreadsafe");
                        return null;
                    });
            loop.callSoon(() -> Thread.ofPlatform().start(attempt));
            Asyncio.toThread(() -> attempt.get());
        });
    }
}

package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.waitFor;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.watcher.AbstractChildWatcher;
import io.asyncio4j.watcher.ChildHandler;
import io.asyncio4j.watcher.ThreadedChildWatcher;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A start on whose way something is thrown: it ends with that, and leaves nothing behind. */
@ExtendWith(LeakCheck.class)
class FailingStartTest {

    private static final Command COMMAND =
            Command.exec("sleep", "1000").stdin(PIPE).stdout(PIPE).stderr(PIPE);

    /** Throws where a test wants it to. */
    private static final class Throwing extends AbstractChildWatcher {
        private final ThreadedChildWatcher real = new ThreadedChildWatcher();
        private final AtomicInteger guards = new AtomicInteger();
        boolean onAdd;
        boolean onLeave;

        @Override
        public boolean isActive() {
            return true;
        }

        @Override
        public void addChildHandler(long pid, ChildHandler handler) {
            if (onAdd) {
                throw new AssertionError("add");
            }
            real.addChildHandler(pid, handler);
        }

        @Override
        public void attachLoop(io.asyncio4j.@Nullable EventLoop loop) {}

        @Override
        public Guard enter() {
            guards.incrementAndGet();
            return () -> {
                guards.decrementAndGet();
                if (onLeave) {
                    throw new IllegalStateException("leave");
                }
            };
        }
    }

    @Test
    @DisplayName("a factory that returns null, or throws an error, fails the future")
    void factory_returnsNullOrThrowsError_futureFails() throws Exception {
        var watcher = new Throwing();
        LoopKind.EPOLL.run(
                watcher,
                () -> {
                    var loop = getRunningLoop();
                    assertThatThrownBy(() ->
                                    waitFor(
                                            loop.subprocessExec(() -> null, COMMAND),
                                            Duration.ofSeconds(20)))
                            .isInstanceOf(NullPointerException.class)
                            .hasMessageContaining("factory");
                    assertThatThrownBy(() ->
                                    waitFor(
                                            loop.subprocessExec(
                                                    () -> {
                                                        throw new AssertionError("factory");
                                                    },
                                                    COMMAND),
                                            Duration.ofSeconds(20)))
                            .isInstanceOf(AssertionError.class)
                            .hasMessage("factory");
                    return null;
                });
        assertThat(watcher.guards).hasValue(0);
    }

    @Test
    @DisplayName("an error from connectionMade fails the future, and the child is killed")
    void connectionMade_throwsError_futureFails() throws Exception {
        LoopKind.EPOLL.run(() -> {
            var protocol =
                    new SubprocessProtocol() {
                        @Override
                        public void connectionMade(BaseTransport transport) {
                            throw new AssertionError("made");
                        }
                    };
            assertThatThrownBy(() ->
                            waitFor(
                                    getRunningLoop().subprocessExec(() -> protocol, COMMAND),
                                    Duration.ofSeconds(20)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessage("made");
            return null;
        });
    }

    @Test
    @DisplayName("an error from the watcher fails the start, and the child is killed")
    void watcher_throwsError_startFails() throws Exception {
        var watcher = new Throwing();
        watcher.onAdd = true;
        LoopKind.EPOLL.run(
                watcher,
                () -> {
                    assertThatThrownBy(() -> createSubprocess(COMMAND))
                            .isInstanceOf(AssertionError.class)
                            .hasMessage("add");
                    watcher.onAdd = false;
                    watcher.onLeave = true;
                    assertThatThrownBy(() -> createSubprocess(COMMAND))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessage("leave");
                    return null;
                });
        assertThat(watcher.guards).hasValue(0);
    }

    @Test
    @DisplayName("a protocol that throws an error at the exit is told of the end nevertheless")
    void processExited_throwsError_connectionLostComes() throws Exception {
        LoopKind.EPOLL.run(() -> {
            var loop = getRunningLoop();
            loop.setExceptionHandler((self, context) -> {});
            var lost = loop.<Boolean>createFuture();
            var protocol =
                    new SubprocessProtocol() {
                        @Override
                        public void pipeConnectionLost(int fd, @Nullable Exception cause) {
                            throw new AssertionError("pipe lost");
                        }

                        @Override
                        public void processExited() {
                            throw new AssertionError("exited");
                        }

                        @Override
                        public void connectionLost(@Nullable Exception cause) {
                            lost.setResult(true);
                        }
                    };
            await(loop.subprocessExec(() -> protocol, Command.exec("true").stdout(PIPE)));
            assertThat(waitFor(lost, Duration.ofSeconds(20))).isTrue();
            return null;
        });
    }
}

package io.asyncio4j.loop;

import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Runner;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.os.Seccomp;
import io.asyncio4j.os.UringFeatures;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.subprocess.ChildProcess;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.Protocol;
import io.asyncio4j.transport.ReadTransport;
import io.asyncio4j.watcher.ChildWatcher;
import io.asyncio4j.watcher.UringChildWatcher;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is particular to the loop over io_uring: its rings, its threads, its refusals. */
@ExtendWith(LeakCheck.class)
class ProactorEventLoopTest {

    @BeforeEach
    void available() {
        String reason = ProactorEventLoop.unavailableReason();
        assumeTrue(reason == null, reason);
    }

    private interface Body<T> {
        T run() throws Exception;
    }

    /** Runs {@code body} in a thread that ends with it, with some system calls forbidden. */
    private static <T> T inThread(Body<T> body, int... forbidden) throws Exception {
        var result = new CompletableFuture<T>();
        Thread thread =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                if (forbidden.length > 0) {
                                    Seccomp.forbid(forbidden);
                                }
                                result.complete(body.run());
                            } catch (Throwable e) {
                                result.completeExceptionally(e);
                            }
                        });
        thread.join();
        try {
            return result.get(10, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static DefaultEventLoopPolicy policy() {
        return new DefaultEventLoopPolicy() {
            @Override
            protected ChildWatcher newChildWatcher() {
                return new UringChildWatcher();
            }
        };
    }

    @Test
    @DisplayName("a seccomp filter that forbids rings is named as the reason for a portable loop")
    void setupForbidden_reason() throws Exception {
        String reason = inThread(ProactorEventLoop::unavailableReason, Seccomp.IO_URING_SETUP);
        assertThat(reason).contains("io_uring_setup", "EPERM", "seccomp");
        try (var loop = inThread(() -> new ProactorEventLoop(), Seccomp.IO_URING_SETUP)) {
            assertThat(loop.proactorName()).isEqualTo("portable");
        }
    }

    @Test
    @DisplayName("a filter that forbids to use a ring shows while probing")
    void enterForbidden_reason() throws Exception {
        assertThat(inThread(ProactorEventLoop::unavailableReason, Seccomp.IO_URING_ENTER))
                .contains("io_uring_enter", "EPERM");
    }

    @Test
    @DisplayName("a filter that forbids to register leaves a loop that does without")
    void registerForbidden_worksWithout() throws Exception {
        UringFeatures features = inThread(UringFeatures::probe, Seccomp.IO_URING_REGISTER);
        assertThat(features).isEqualTo(new UringFeatures(false, false, false));
        String text =
                inThread(
                        () ->
                                Policies.where(new DefaultEventLoopPolicy())
                                        .call(() -> {
                                            try (var runner = new Runner(ProactorEventLoop::new)) {
                                                return runner.run(() -> echo(Command.exec("cat")));
                                            }
                                        }),
                        Seccomp.IO_URING_REGISTER);
        assertThat(text).isEqualTo("hello");
    }

    private static String echo(Command cat) throws IOException {
        try (ChildProcess child = createSubprocess(cat.stdin(PIPE).stdout(PIPE))) {
            byte[] hello = "hello".getBytes(UTF_8);
            return new String(child.communicate(hello).stdout(), UTF_8);
        }
    }

    @Test
    @DisplayName("io_uring that is switched off after a loop was made ends its run with the reason")
    void switchedOffLater_runFails() throws Exception {
        try (var loop = new ProactorEventLoop()) {
            loop.callLater(Duration.ofMillis(1), loop::stop);
            assertThatThrownBy(() ->
                            inThread(
                                    () -> {
                                        loop.runForever();
                                        return null;
                                    },
                                    Seccomp.IO_URING_SETUP))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("seccomp");
            // In a thread that may, it goes on.
            loop.runForever();
        }
    }

    @Test
    @DisplayName("children do not inherit rings, though operations are in flight")
    void spawn_ringNotInherited() throws Exception {
        Policies.where(policy())
                .run(() -> {
                    try (var runner = new Runner(ProactorEventLoop::new)) {
                        runner.run(() -> {
                            try (ChildProcess waiting =
                                            createSubprocess(Command.exec("cat").stdin(PIPE));
                                    ChildProcess ls =
                                            createSubprocess(
                                                    Command.exec("ls", "-l", "/proc/self/fd")
                                                            .stdout(PIPE))) {
                                String listed = new String(ls.communicate(null).stdout(), UTF_8);
                                assertThat(listed).contains("pipe:").doesNotContain("io_uring");
                                waiting.kill();
                                waiting.waitFor();
                            }
                        });
                    }
                });
    }

    @Test
    @DisplayName("a loop that is never idle learns of an exit all the same")
    void busy_exitIsTold() throws Exception {
        Policies.where(policy())
                .run(() -> {
                    try (var runner = new Runner(ProactorEventLoop::new)) {
                        runner.run(() -> {
                            try (ChildProcess child =
                                    createSubprocess(Command.exec("sleep", "0.05"))) {
                                var exit = createTask(child::waitFor);
                                while (!exit.isDone()) {
                                    sleep(Duration.ZERO);
                                }
                                assertThat(exit.result().isSuccess()).isTrue();
                            }
                        });
                    }
                });
    }

    @Test
    @DisplayName("what one thread has begun on the loop, another one continues")
    void otherThread_continues() throws Exception {
        FdPair pipe = FdTable.pipe(true, false);
        var text = new StringBuilder();
        try (var loop = new ProactorEventLoop()) {
            Policies.where(policy())
                    .run(() -> {
                        ChildProcess child =
                                inThread(() -> {
                                    ReadTransport reading =
                                            loop.runUntilComplete(
                                                    loop.connectReadPipe(
                                                            () -> collector(text),
                                                            new Pipe(pipe.readEnd())));
                                    assertThat(reading.isReading()).isTrue();
                                    return loop.runUntilComplete(() -> {
                                        ChildProcess cat =
                                                createSubprocess(
                                                        Command.exec("cat")
                                                                .stdin(PIPE)
                                                                .stdout(PIPE));
                                        cat.stdin().write("from the first".getBytes(UTF_8));
                                        sleep(Duration.ofMillis(1));
                                        return cat;
                                    });
                                });
                        Fds.write(pipe.writeEnd(), ByteBuffer.wrap("later".getBytes(UTF_8)));
                        String echoed =
                                inThread(() ->
                                        loop.runUntilComplete(() -> {
                                            child.stdin().close();
                                            byte[] all = child.stdout().readAll();
                                            assertThat(child.waitFor().isSuccess()).isTrue();
                                            while (text.isEmpty()) {
                                                sleep(Duration.ofMillis(1));
                                            }
                                            return new String(all, UTF_8);
                                        }));
                        assertThat(echoed).isEqualTo("from the first");
                        child.close();
                    });
        } finally {
            FdTable.close(pipe.writeEnd());
        }
        assertThat(text.toString()).isEqualTo("later");
    }

    private static Protocol collector(StringBuilder text) {
        return new Protocol() {
            @Override
            public void dataReceived(ByteBuffer data) {
                text.append(UTF_8.decode(data));
            }

            @Override
            public void connectionLost(@Nullable Exception cause) {}
        };
    }

    @Test
    @DisplayName("data for a transport that was aborted goes nowhere")
    void abort_completionUnderway_notTold() throws Exception {
        List<String> told = new ArrayList<>();
        try (var runner = new Runner(ProactorEventLoop::new)) {
            runner.run(() -> {
                for (int i = 0; i < 50; i++) {
                    FdPair pipe = FdTable.pipe(true, false);
                    EventLoop loop = getRunningLoop();
                    var protocol =
                            new Protocol() {
                                boolean gone;

                                @Override
                                public void dataReceived(ByteBuffer data) {
                                    told.add(gone ? "data after the end" : "data");
                                }

                                @Override
                                public void connectionLost(@Nullable Exception cause) {
                                    told.add("lost");
                                    gone = true;
                                }
                            };
                    ReadTransport reading =
                            await(loop.connectReadPipe(() -> protocol, new Pipe(pipe.readEnd())));
                    sleep(Duration.ZERO);
                    Fds.write(pipe.writeEnd(), ByteBuffer.allocate(1000));
                    reading.close();
                    while (!protocol.gone) {
                        sleep(Duration.ZERO);
                    }
                    FdTable.close(pipe.writeEnd());
                    sleep(Duration.ZERO);
                }
            });
        }
        assertThat(told).hasSize(50).containsOnly("lost");
    }
}

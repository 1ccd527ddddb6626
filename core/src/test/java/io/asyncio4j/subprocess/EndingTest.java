package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Task;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.reap.Reaper;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.watcher.AbstractChildWatcher;
import io.asyncio4j.watcher.ChildHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A child that is ended never takes the end of its input for the whole of it. */
@Tag("portable")
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record EndingTest(LoopKind loops) {
    private static final int TRIES = 300;

    @Test
    @DisplayName("close kills before it ends the input")
    void close_inputOpen_killsFirst() throws Exception {
        loops.run(() -> {
            for (int i = 0; i < TRIES; i++) {
                ChildProcess cat = createSubprocess(Command.exec("cat").stdin(PIPE).stdout(PIPE));
                cat.stdin().write("half\n");
                assertThat(cat.stdout().readLine()).isEqualTo("half");
                cat.close();
                assertThat(cat.returncode()).as("try %d", i).isEqualTo(loops.signalled(9));
            }
            return null;
        });
    }

    @Test
    @DisplayName("closing a process on a terminal kills it before that hangs up")
    void close_terminal_killsFirst() throws Exception {
        loops.assumeNativeCalls("terminals");
        loops.run(() -> {
            for (int i = 0; i < TRIES / 10; i++) {
                ChildProcess cat = createSubprocess(Command.exec("cat").streams(Stdio.pty()));
                cat.stdin().write("half\n");
                assertThat(cat.stdout().readLine()).isEqualTo("half");
                cat.close();
                assertThat(cat.returncode()).as("try %d", i).isEqualTo(loops.signalled(9));
            }
            return null;
        });
    }

    @Test
    @DisplayName("a cancelled communicate ends the child before its input")
    void communicate_cancelled_killsFirst() throws Exception {
        byte[] input = new byte[4 << 20];
        loops.run(() -> {
            for (int i = 0; i < TRIES / 10; i++) {
                var started = getRunningLoop().<ChildProcess>createFuture();
                var talking =
                        createTask(() -> {
                            var command = Command.exec("cat").stdin(PIPE).stdout(PIPE);
                            try (ChildProcess cat = createSubprocess(command)) {
                                started.setResult(cat);
                                return cat.communicate(input);
                            }
                        });
                ChildProcess cat = await(started);
                sleep(Duration.ZERO);
                talking.cancel();
                assertThatThrownBy(() -> await(talking)).isInstanceOf(CancellationException.class);
                assertThat(cat.returncode()).as("try %d", i).isEqualTo(loops.signalled(9));
            }
            return null;
        });
    }

    @Test
    @DisplayName("a loop that is closed kills a child whose input is open before the pipe ends")
    void loopClose_inputOpen_killsFirst() throws Exception {
        loops.assumeNativeCalls("children that can be waited for here");
        for (int i = 0; i < TRIES / 10; i++) {
            long pid =
                    loops.run(
                            HandWatcher.tellingWhenAsked(),
                            () -> {
                                var cat = Command.exec("cat").stdin(PIPE).stdout(PIPE);
                                ChildProcess p = createSubprocess(cat);
                                p.stdin().write("half\n");
                                assertThat(p.stdout().readLine()).isEqualTo("half");
                                return p.pid();
                            });
            assertThat(endOf(pid)).as("try %d", i).isEqualTo(-9);
        }
    }

    @Test
    @DisplayName("a loop that is closed leaves a child alone whose input is complete, or not its")
    void loopClose_inputComplete_livesOn(@TempDir Path directory) throws Exception {
        loops.assumeNativeCalls("children that can be waited for here");
        Path go = directory.resolve("go");
        var script =
                Command.shell(
                        "cat >/dev/null; until [ -e " + go + " ]; do sleep 0.02; done; exit 5");
        var pids =
                loops.run(
                        HandWatcher.tellingWhenAsked(),
                        () -> {
                            ChildProcess complete = createSubprocess(script.stdin(PIPE));
                            complete.stdin().close();
                            ChildProcess without = createSubprocess(script.stdin(Stdio.DEVNULL));
                            return List.of(complete.pid(), without.pid());
                        });
        Files.createFile(go);
        for (long pid : pids) {
            assertThat(endOf(pid)).isEqualTo(5);
        }
    }

    @Test
    @DisplayName("a child that cannot be registered is killed before its input ends")
    void start_notRegistered_killsFirst(@TempDir Path directory) throws Exception {
        loops.assumeNativeCalls("child watchers");
        Path trace = directory.resolve("trace");
        // The built-in command, so that the shell itself sees the end.
        var command = Command.shell("read x; : >" + trace).stdin(PIPE);
        for (int i = 0; i < TRIES / 10; i++) {
            loops.run(
                    new Refusing(),
                    () -> {
                        assertThatThrownBy(() -> createSubprocess(command))
                                .hasMessage("not registered");
                        return null;
                    });
        }
        assertThat(trace).doesNotExist();
    }

    @Test
    @DisplayName("closing the transport of a child kills it before its input ends")
    void transportClose_inputOpen_killsFirst(@TempDir Path directory) throws Exception {
        Path trace = directory.resolve("trace");
        var command = Command.shell("echo up; read x; : >" + trace).stdin(PIPE).stdout(PIPE);
        loops.run(() -> {
            var loop = getRunningLoop();
            for (int i = 0; i < TRIES / 10; i++) {
                var protocol = new Up();
                var transport = await(loop.subprocessExec(() -> protocol, command));
                while (!protocol.isUp) {
                    sleep(Duration.ZERO);
                }
                transport.close();
                while (transport.getExitStatus() == null) {
                    sleep(Duration.ZERO);
                }
                assertThat(transport.getReturncode()).isEqualTo(loops.signalled(9));
            }
            return null;
        });
        assertThat(trace).doesNotExist();
    }

    @Test
    @DisplayName("a cancellation during close is not lost to the exception that ended the block")
    void close_cancelledAfterFailure_cancellationArrives() throws Exception {
        loops.run(() -> {
            var reached = new ArrayList<String>();
            var failing =
                    createTask(() -> {
                        try (var _ = createSubprocess(Command.exec("sleep", "100"))) {
                            // Arrives in close, the next place where this task waits.
                            getRunningLoop().callSoon(currentTask()::cancel);
                            throw new IOException("the block's own");
                        } catch (IOException e) {
                            reached.add(e.getMessage());
                        }
                        sleep(Duration.ZERO);
                        return reached.add("and went on");
                    });
            assertThatThrownBy(() -> await(failing)).isInstanceOf(CancellationException.class);
            assertThat(reached).containsExactly("the block's own");
            return null;
        });
    }

    @Test
    @DisplayName("a cancellation during close ends a task that does not wait again")
    void close_cancelled_taskEndsCancelled() throws Exception {
        loops.run(() -> {
            var ending =
                    createTask(() -> {
                        try (var _ = createSubprocess(Command.exec("sleep", "100"))) {
                            getRunningLoop().callSoon(currentTask()::cancel);
                        }
                        return null;
                    });
            assertThatThrownBy(() -> await(ending)).isInstanceOf(CancellationException.class);
            assertThat(ending.cancelling()).isEqualTo(1);
            return null;
        });
    }

    @SuppressWarnings("NullAway") // called from tasks
    private static Task<?> currentTask() {
        return Task.current();
    }

    private static int endOf(long pid) throws IOException {
        WaitId.await(pid);
        ExitStatus status = Reaper.reap(Children.of(pid));
        if (status == null) {
            throw new AssertionError("awaited and still running: " + pid);
        }
        return status.returncode();
    }

    /** Notes when the child has said something. */
    private static final class Up implements SubprocessProtocol {
        boolean isUp;

        @Override
        public void connectionMade(BaseTransport transport) {}

        @Override
        public void pipeDataReceived(int fd, ByteBuffer data) {
            isUp = true;
        }
    }

    /** Registers nothing, and takes its time to say so, in which the child comes to its input. */
    private static final class Refusing extends AbstractChildWatcher {
        @Override
        public void attachLoop(@Nullable EventLoop loop) {}

        @Override
        public boolean isActive() {
            return true;
        }

        @Override
        public void addChildHandler(long pid, ChildHandler handler) {
            String wchan;
            do {
                try {
                    wchan = Files.readString(Path.of("/proc/" + pid + "/wchan"));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            } while (!wchan.contains("pipe"));
            throw new IllegalStateException("not registered");
        }

        @Override
        public Guard enter() {
            return () -> {};
        }
    }
}

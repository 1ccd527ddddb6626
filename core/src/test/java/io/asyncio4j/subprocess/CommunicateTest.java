package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.SignalNames;
import io.asyncio4j.os.Signals;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** All that communicate does at once, and what ends it. */
@Tag("portable")
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record CommunicateTest(LoopKind loops) {
    private static final Duration LONG = Duration.ofSeconds(30);

    @Test
    @DisplayName("communicate sends the input and collects both outputs")
    void communicate_withInput_collectsBothOutputs() throws Exception {
        Output output =
                loops.run(() -> {
                    var command =
                            Command.shell("tee /dev/stderr").stdin(PIPE).stdout(PIPE).stderr(PIPE);
                    try (var p = createSubprocess(command)) {
                        return p.communicate("hello\n".getBytes(UTF_8));
                    }
                });
        assertThat(output.stdoutText()).isEqualTo("hello\n");
        assertThat(output.stderrText()).isEqualTo("hello\n");
        assertThat(output.timedOut()).isFalse();
        assertThat(output.status()).isNotNull().matches(ExitStatus::isSuccess);
    }

    @Test
    @DisplayName("communicate with a deadline returns what has come, and goes on later")
    void communicate_deadlinePasses_returnsPartialOutputAndGoesOn() throws Exception {
        loops.assumeNativeCalls("descriptors");
        loops.run(() -> {
            FdPair gate = FdTable.pipe(false, false);
            var gated =
                    Command.shell("echo early; echo oops >&2; read x; echo late")
                            .stdin(Stdio.descriptor(gate.readEnd()))
                            .stdout(PIPE)
                            .stderr(PIPE);
            try (var p = createSubprocess(gated)) {
                var stdout = new StringBuilder();
                var stderr = new StringBuilder();
                // More than once where the child is slow to say something.
                while (stdout.length() < 6 || stderr.length() < 5) {
                    Output partial = p.communicate(null, Duration.ofMillis(100));
                    assertThat(partial.timedOut()).isTrue();
                    assertThat(partial.status()).isNull();
                    stdout.append(partial.stdoutText());
                    stderr.append(partial.stderrText());
                }
                assertThat(stdout).hasToString("early\n");
                assertThat(stderr).hasToString("oops\n");
                FdTable.close(gate.writeEnd());
                Output rest = p.communicate(null, Duration.ofHours(1));
                assertThat(rest.timedOut()).isFalse();
                assertThat(rest.stdoutText()).isEqualTo("late\n");
                return null;
            } finally {
                FdTable.close(gate.readEnd());
            }
        });
    }

    @Test
    @DisplayName("a child that does not read its input is no error")
    void communicate_brokenPipe_isNoError() throws Exception {
        Output output =
                loops.run(() -> {
                    var command = Command.shell("exec <&-; echo done").stdin(PIPE).stdout(PIPE);
                    try (var p = createSubprocess(command)) {
                        return p.communicate(new byte[4 << 20]);
                    }
                });
        assertThat(output.stdoutText()).isEqualTo("done\n");
    }

    @Test
    @DisplayName("communicate that was cancelled can be done again, nothing being lost")
    void communicate_cancelled_losesNothing() throws Exception {
        loops.assumeNativeCalls("descriptors");
        loops.run(() -> {
            FdPair gate = FdTable.pipe(false, false);
            var gated =
                    Command.shell("printf part; read x; printf rest")
                            .stdin(Stdio.descriptor(gate.readEnd()))
                            .stdout(PIPE);
            try (var p = createSubprocess(gated)) {
                var first = createTask(() -> p.communicate());
                ProcessFlowTest.awaitState(p, "4 bytes");
                first.cancel();
                assertThatThrownBy(() -> await(first)).isInstanceOf(CancellationException.class);
                assertThat(p.returncode()).isNull();
                FdTable.close(gate.writeEnd());
                Output all = p.communicate();
                assertThat(all.stdoutText()).isEqualTo("partrest");
                assertThat(all.status()).isNotNull().matches(ExitStatus::isSuccess);
                return null;
            } finally {
                FdTable.close(gate.readEnd());
            }
        });
    }

    @Test
    @DisplayName("all three streams carry more than the pipes and limits hold, in any order")
    void communicate_muchOnEveryStream_doesNotJam() throws Exception {
        int much = 1 << 20;
        // Its input is read last, its standard error written before its output.
        String script = "head -c %1$d /dev/zero >&2; head -c %1$d /dev/zero; wc -c".formatted(much);
        Output output =
                loops.run(() -> {
                    var command = Command.shell(script).stdin(PIPE).stdout(PIPE).stderr(PIPE);
                    try (var p = createSubprocess(command)) {
                        return p.communicate(new byte[much]);
                    }
                });
        assertThat(output.stderr()).hasSize(much);
        assertThat(new String(output.stdout(), much, output.stdout().length - much, UTF_8).strip())
                .isEqualTo("" + much);
    }

    @Test
    @DisplayName("it waits for the exit, though the outputs have ended")
    void communicate_outputsEndFirst_waitsForExit() throws Exception {
        loops.assumeNativeCalls("descriptors");
        loops.run(() -> {
            FdPair gate = FdTable.pipe(false, false);
            var command =
                    Command.shell("echo x; exec >&-; read x; exit 3")
                            .stdin(Stdio.descriptor(gate.readEnd()))
                            .stdout(PIPE);
            try (var p = createSubprocess(command)) {
                var collecting = createTask(() -> p.communicate());
                assertThat(p.communicate(null, Duration.ofMillis(100)).timedOut()).isTrue();
                assertThat(collecting.isDone()).isFalse();
                FdTable.close(gate.writeEnd());
                assertThat(await(collecting).status())
                        .isNotNull()
                        .matches(status -> status.returncode() == 3);
                return null;
            } finally {
                FdTable.close(gate.readEnd());
            }
        });
    }

    @Test
    @DisplayName("it waits for what a grandchild writes, though the child has exited")
    void communicate_childExitsFirst_waitsForTheOutput() throws Exception {
        loops.assumeNativeCalls("pipes that outlive the child");
        loops.run(() -> {
            FdPair gate = FdTable.pipe(false, false);
            String name = "/dev/fd/" + gate.readEnd();
            var command =
                    Command.shell("(read x <" + name + "; echo late) & echo early")
                            .passDescriptors(List.of(gate.readEnd()))
                            .stdout(PIPE);
            try (var p = createSubprocess(command)) {
                var collecting = createTask(() -> p.communicate());
                assertThat(p.waitFor().isSuccess()).isTrue();
                FdTable.close(gate.writeEnd());
                assertThat(await(collecting).stdoutText()).isEqualTo("early\nlate\n");
                return null;
            } finally {
                FdTable.close(gate.readEnd());
            }
        });
    }

    @Test
    @DisplayName(
            "with a deadline, a grandchild that holds the pipe does not keep what is known back")
    void communicate_deadline_childHasExited_statusIsThere() throws Exception {
        loops.assumeNativeCalls("pipes that outlive the child");
        loops.run(() -> {
            var command = Command.shell("sleep 100 & echo $!; exit 4").stdout(PIPE);
            try (var p = createSubprocess(command)) {
                p.waitFor();
                Output partial = p.communicate(null, Duration.ofMillis(20));
                assertThat(partial.timedOut()).isTrue();
                assertThat(partial.status()).isNotNull();
                assertThat(partial.status().returncode()).isEqualTo(4);
                long grandchild = Long.parseLong(partial.stdoutText().strip());
                Signals.kill(grandchild, SignalNames.number("KILL"));
                assertThat(p.communicate(null, LONG).timedOut()).isFalse();
                return null;
            }
        });
    }

    @Test
    @DisplayName("in time, it says that it was")
    void communicate_deadline_inTime() throws Exception {
        Output output =
                loops.run(() -> {
                    var command = Command.exec("cat").stdin(PIPE).stdout(PIPE);
                    try (var p = createSubprocess(command)) {
                        return p.communicate("x".getBytes(UTF_8), LONG);
                    }
                });
        assertThat(output.timedOut()).isFalse();
        assertThat(output.stdoutText()).isEqualTo("x");
    }

    @Test
    @DisplayName("input for a child that has no pipe to read it from is refused")
    void communicate_inputWithoutPipe_refused() throws Exception {
        loops.run(() -> {
            try (var p = createSubprocess(Command.exec("true"))) {
                assertThatThrownBy(() -> p.communicate(new byte[1]))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(".stdin(PIPE)");
                assertThat(p.communicate(new byte[0]).stdout()).isEmpty();
                return null;
            }
        });
    }

    @Test
    @DisplayName("close waits until the child is dead, however often it is cancelled")
    void close_cancelled_waitsAndThenSaysSo() throws Exception {
        loops.assumeNativeCalls("child watchers");
        var watcher = HandWatcher.tellingWhenAsked();
        loops.run(
                watcher,
                () -> {
                    var p = createSubprocess(Command.exec("sleep", "100").stdin(PIPE));
                    var closing =
                            createTask(() -> {
                                p.close();
                                return null;
                            });
                    for (int i = 0; i < 3; i++) {
                        sleep(Duration.ZERO);
                        assertThat(closing.isDone()).isFalse();
                        closing.cancel();
                    }
                    sleep(Duration.ZERO);
                    assertThat(closing.isDone()).isFalse();
                    watcher.tell();
                    assertThatThrownBy(() -> await(closing))
                            .isInstanceOf(CancellationException.class);
                    assertThat(p.returncode()).isEqualTo(-9);
                    return null;
                });
    }
}

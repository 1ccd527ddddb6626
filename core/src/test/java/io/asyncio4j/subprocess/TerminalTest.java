package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.DEVNULL;
import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.transport.BaseTransport;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A child on a pseudo-terminal. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record TerminalTest(LoopKind loops) {

    @BeforeEach
    void needsNativeCalls() {
        loops.assumeNativeCalls("terminals");
    }

    @Test
    @DisplayName("all three streams are a terminal, and that is the controlling one")
    void pty_streamsAreTheControllingTerminal() throws Exception {
        String output =
                outputOf(
                        "test -t 0 && test -t 1 && test -t 2 && echo three >/dev/tty; ps -o tty= -p"
                                + " $$; tty");
        var lines = output.replace("\r", "").lines().toList();
        assertThat(lines.get(0)).isEqualTo("three");
        assertThat(lines.get(2)).startsWith("/dev/").endsWith(lines.get(1).strip());
    }

    @Test
    @DisplayName("the window has the size that was asked for, 24 by 80 unless said otherwise")
    void pty_size_isTheWindows() throws Exception {
        assertThat(outputOf("stty size")).isEqualTo("24 80\r\n");
        Output output =
                loops.run(() -> {
                    var stty = Command.exec("stty", "size").streams(Stdio.pty(50, 132));
                    try (var p = createSubprocess(stty)) {
                        return p.communicate();
                    }
                });
        assertThat(output.stdoutText()).isEqualTo("50 132\r\n");
    }

    @Test
    @DisplayName("a new window size is told by SIGWINCH")
    void setWindowSize_childIsTold() throws Exception {
        loops.run(() -> {
            // It waits by the one command that a trap interrupts for sure.
            var command =
                    Command.shell(
                                    "sleep 1000 & trap 'stty size; kill $!; exit' WINCH; echo up;"
                                            + " while :; do wait; done")
                            .streams(Stdio.pty());
            try (var p = createSubprocess(command)) {
                assertThat(p.stdout().readLine()).isEqualTo("up");
                p.setWindowSize(10, 20);
                assertThat(p.stdout().readLine()).isEqualTo("10 20");
                assertThatIllegalArgumentException()
                        .isThrownBy(() -> p.setWindowSize(0, 20))
                        .withMessageContaining("0 rows");
                p.waitFor();
                assertThat(p.stdout().readAll()).isEmpty();
                assertThatThrownBy(() -> p.setWindowSize(1, 1))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("closed");
                return null;
            }
        });
    }

    @Test
    @DisplayName("without a terminal there is no window")
    void setWindowSize_noTerminal_refused() throws Exception {
        loops.run(() -> {
            try (var p = createSubprocess(Command.exec("true").stdout(PIPE))) {
                assertThatThrownBy(() -> p.setWindowSize(1, 1))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("Stdio.pty()");
                return p.waitFor();
            }
        });
    }

    @Test
    @DisplayName("what is typed is echoed, line by line a program answers")
    void pty_dialogue_echoesAndAnswers() throws Exception {
        loops.run(() -> {
            // Buffers its output unless that is a terminal.
            var sed = Command.exec("sed", "s/^/got /").streams(Stdio.pty());
            try (var p = createSubprocess(sed)) {
                for (String word : new String[] {"one", "two"}) {
                    p.stdin().write(word + "\n");
                    assertThat(p.stdout().readLine()).isEqualTo(word);
                    assertThat(p.stdout().readLine()).isEqualTo("got " + word);
                }
                p.stdin().close();
                assertThat(p.waitFor().returncode()).isZero();
                return null;
            }
        });
    }

    @Test
    @DisplayName("the end of the input is typed, also in the middle of a line")
    void communicate_incompleteLine_inputEnds() throws Exception {
        Output output =
                loops.run(() -> {
                    var command = Command.shell("stty -echo; echo up; cat").streams(Stdio.pty());
                    try (var p = createSubprocess(command)) {
                        assertThat(p.stdout().readLine()).isEqualTo("up");
                        return p.communicate("a\nb".getBytes(UTF_8));
                    }
                });
        assertThat(output.stdoutText()).isEqualTo("a\r\nb");
        assertThat(output.status()).isNotNull().matches(ExitStatus::isSuccess);
    }

    @Test
    @DisplayName("the interrupt character interrupts")
    void pty_interruptCharacter_signals() throws Exception {
        loops.run(() -> {
            var command = Command.shell("echo up; exec sleep 100").streams(Stdio.pty());
            try (var p = createSubprocess(command)) {
                assertThat(p.stdout().readLine()).isEqualTo("up");
                p.stdin().write("\u0003");
                assertThat(p.waitFor().returncode()).isEqualTo(-2);
                return null;
            }
        });
    }

    @Test
    @DisplayName("closing hangs up: what else runs on the terminal is told")
    void close_hangsUp() throws Exception {
        loops.run(() -> {
            var command = Command.shell("sleep 100 & echo $!; wait").streams(Stdio.pty());
            long grandchild;
            try (var p = createSubprocess(command)) {
                grandchild = Long.parseLong(p.stdout().readLine());
                p.transport().close();
                assertThat(p.transport().getPipeTransport(0)).matches(BaseTransport::isClosing);
                assertThat(p.transport().getPipeTransport(1)).matches(BaseTransport::isClosing);
            }
            // Gone, or a zombie until whoever has inherited it looks.
            ProcessHandle.of(grandchild).ifPresent(it -> it.onExit().join());
            return null;
        });
    }

    @Test
    @DisplayName("when nobody has the terminal open any more, all is over")
    void pty_childExits_connectionIsLost() throws Exception {
        List<String> events =
                loops.run(() -> {
                    EventLoop loop = getRunningLoop();
                    List<String> told = new ArrayList<>();
                    Future<List<String>> over = loop.createFuture();
                    var protocol =
                            new SubprocessProtocol() {
                                @Override
                                public void pipeConnectionLost(int fd, @Nullable Exception cause) {
                                    told.add("lost " + fd + " " + cause);
                                }

                                @Override
                                public void connectionLost(@Nullable Exception cause) {
                                    over.setResult(told);
                                }
                            };
                    var command = Command.exec("true").streams(Stdio.pty());
                    await(loop.subprocessExec(() -> protocol, command));
                    return await(over);
                });
        assertThat(events).containsExactlyInAnyOrder("lost 0 null", "lost 1 null");
    }

    @Test
    @DisplayName("standard error can be kept apart")
    void pty_stderrPipe_isApart() throws Exception {
        Output output =
                loops.run(() -> {
                    var command =
                            Command.shell("test -t 1 && echo out; test -t 2 || echo err >&2")
                                    .streams(Stdio.pty())
                                    .stderr(PIPE);
                    try (var p = createSubprocess(command)) {
                        return p.communicate();
                    }
                });
        assertThat(output.stdoutText()).isEqualTo("out\r\n");
        assertThat(output.stderrText()).isEqualTo("err\n");
    }

    @Test
    @DisplayName("a child that is another user has a terminal, too")
    void pty_otherUser_isItsOwn() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs another user's id");
        Output output =
                loops.run(() -> {
                    var command =
                            Command.shell("id -u; echo tty >/dev/tty")
                                    .userId(65_534)
                                    .streams(Stdio.pty());
                    try (var p = createSubprocess(command)) {
                        return p.communicate();
                    }
                });
        assertThat(output.stdoutText()).isEqualTo("65534\r\ntty\r\n");
    }

    @Test
    @DisplayName("half a terminal, two terminals, and groups of others are refused")
    void pty_contradictions_refused() {
        var plain = Command.exec("true");
        assertThatIllegalArgumentException().isThrownBy(() -> plain.stdin(Stdio.pty()));
        assertThatIllegalArgumentException().isThrownBy(() -> plain.stdout(Stdio.pty()));
        assertThatIllegalArgumentException().isThrownBy(() -> plain.stderr(Stdio.pty()));
        var whole = plain.streams(Stdio.pty());
        assertThatIllegalArgumentException().isThrownBy(() -> whole.stderr(Stdio.pty(1, 2)));
        assertThatIllegalArgumentException().isThrownBy(() -> whole.stdin(DEVNULL));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> whole.processGroup(123))
                .withMessageContaining("123");
        assertThatIllegalArgumentException().isThrownBy(() -> Stdio.pty(0, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Stdio.pty(1, 70_000))
                .withMessageContaining("70000");
    }

    private String outputOf(String commandLine) throws Exception {
        return loops.run(() -> {
            try (var p = createSubprocess(Command.shell(commandLine).streams(Stdio.pty()))) {
                return drained(p);
            }
        });
    }

    private static String drained(ChildProcess p) throws IOException {
        Output output = p.communicate();
        assertThat(output.status()).isNotNull().matches(ExitStatus::isSuccess);
        return output.stdoutText();
    }
}

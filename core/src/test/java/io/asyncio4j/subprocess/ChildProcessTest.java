package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.DEVNULL;
import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.STDOUT;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Fds;
import io.asyncio4j.os.SignalNames;
import io.asyncio4j.os.Signals;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A child as a task sees it: streams, exit, signals. */
@Tag("portable")
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record ChildProcessTest(LoopKind loops) {

    @Test
    @DisplayName("the lines of a child's output come one by one, and then null")
    void readLine_returnsEachLineThenNull() throws Exception {
        var lines = new ArrayList<String>();
        ExitStatus status =
                loops.run(() -> {
                    try (var p = start("printf 'one\\ntwo\\r\\nthree'; exit 3")) {
                        for (String line; (line = p.stdout().readLine()) != null; ) {
                            lines.add(line);
                        }
                        return p.waitFor();
                    }
                });
        assertThat(lines).containsExactly("one", "two", "three");
        assertThat(status).isInstanceOf(ExitStatus.Exited.class);
        assertThat(status.returncode()).isEqualTo(3);
        assertThat(status.usage() != null).isEqualTo(loops.hasNativeCalls());
    }

    @Test
    @DisplayName("a killed child is told by its signal")
    void kill_statusNamesTheSignal() throws Exception {
        ExitStatus status =
                loops.run(() -> {
                    try (var p = createSubprocess(Command.exec("sleep", "100"))) {
                        p.kill();
                        return p.waitFor();
                    }
                });
        if (!loops.hasNativeCalls()) {
            // All that the JDK tells.
            assertThat(status).isEqualTo(new ExitStatus.Exited(128 + 9, null));
            return;
        }
        assertThat(status)
                .isInstanceOfSatisfying(
                        ExitStatus.Signaled.class,
                        signaled -> {
                            assertThat(signaled.signal()).isEqualTo("SIGKILL");
                            assertThat(signaled.returncode()).isEqualTo(-9);
                        });
    }

    @Test
    @DisplayName("terminate asks the child to end")
    void terminate_childMayFollow() throws Exception {
        ExitStatus status =
                loops.run(() -> {
                    try (var p =
                            start("trap 'exit 6' TERM; echo up; while :; do sleep 0.1; done")) {
                        assertThat(p.stdout().readLine()).isEqualTo("up");
                        p.terminate();
                        return p.waitFor();
                    }
                });
        assertThat(status.returncode()).isEqualTo(6);
    }

    @Test
    @DisplayName("a stream that is no pipe says how to make it one")
    void streams_notPipes_refusedWithAdvice() throws Exception {
        loops.run(() -> {
            try (var p = createSubprocess(Command.exec("true").stdin(DEVNULL))) {
                assertThatThrownBy(p::stdout)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining(".stdout(PIPE)");
                assertThatThrownBy(p::stdin).hasMessageContaining(".stdin(PIPE)");
                assertThatThrownBy(p::stderr).hasMessageContaining(".stderr(PIPE)");
                return p.waitFor();
            }
        });
    }

    @Test
    @DisplayName("standard error can go where standard output goes")
    void stderr_intoStdout_comesInOrder() throws Exception {
        Output output =
                loops.run(() -> {
                    var command =
                            Command.shell("echo a; echo b >&2; echo c").stdout(PIPE).stderr(STDOUT);
                    try (var p = createSubprocess(command)) {
                        return p.communicate();
                    }
                });
        assertThat(output.stdoutText()).isEqualTo("a\nb\nc\n");
        assertThat(output.stderr()).isEmpty();
    }

    @Test
    @DisplayName("a file, appended to and read")
    void files_writtenAppendedAndRead(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("out");
        Output output =
                loops.run(() -> {
                    var first = Command.exec("echo", "one").stdout(Stdio.file(file));
                    try (var p = createSubprocess(first)) {
                        p.waitFor();
                    }
                    var second = Command.exec("echo", "two").stdout(Stdio.append(file));
                    try (var p = createSubprocess(second)) {
                        p.waitFor();
                    }
                    var third = Command.exec("cat").stdin(Stdio.file(file)).stdout(PIPE);
                    try (var p = createSubprocess(third)) {
                        return p.communicate();
                    }
                });
        assertThat(output.stdoutText()).isEqualTo("one\ntwo\n");
    }

    @Test
    @DisplayName("a file that was there is emptied first")
    void file_existing_isTruncated(@TempDir Path directory) throws Exception {
        Path file = Files.writeString(directory.resolve("out"), "much longer than that");
        loops.run(() -> {
            try (var p = createSubprocess(Command.exec("echo", "x").stdout(Stdio.file(file)))) {
                return p.waitFor();
            }
        });
        assertThat(file).hasContent("x\n");
    }

    @Test
    @DisplayName("the null device, and standard error into a standard output that is inherited")
    void streams_nullDeviceAndInherited(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("streams");
        String names =
                "for i in 0 1 2; do x=$(readlink /proc/$$/fd/$i); echo $x >>" + file + "; done";
        loops.run(() -> {
            var inherited = Command.shell(names).stdin(DEVNULL).stderr(STDOUT);
            try (var p = createSubprocess(inherited)) {
                p.waitFor();
            }
            try (var p = createSubprocess(Command.shell(names).streams(DEVNULL))) {
                return p.waitFor();
            }
        });
        var lines = Files.readAllLines(file);
        assertThat(lines.get(0)).isEqualTo("/dev/null");
        assertThat(lines.get(2)).isEqualTo(lines.get(1));
        assertThat(lines.subList(3, 6)).containsOnly("/dev/null");
    }

    @Test
    @DisplayName("/dev/stdin of a child can be opened when it is a pipe")
    void stdinPipe_devStdin_canBeOpened() throws Exception {
        Output output =
                loops.run(() -> {
                    var cat = Command.exec("cat", "/dev/stdin").stdin(PIPE).stdout(PIPE);
                    try (var p = createSubprocess(cat)) {
                        return p.communicate("x".getBytes(UTF_8));
                    }
                });
        assertThat(output.stdoutText()).isEqualTo("x");
    }

    @Test
    @DisplayName("directory, environment, umask and session are the child's")
    void options_areTheChilds(@TempDir Path directory) throws Exception {
        loops.assumeNativeCalls("option newSession");
        Output output =
                loops.run(() -> {
                    var command =
                            Command.exec("sh", "-c", "pwd; echo $A-$HOME; umask; ps -o sid= -p $$")
                                    .directory(directory)
                                    .environment(Map.of("A", "1", "PATH", "/usr/bin:/bin"))
                                    .umask(0123)
                                    .newSession(true)
                                    .stdout(PIPE);
                    try (var p = createSubprocess(command)) {
                        Output all = p.communicate();
                        assertThat(all.stdoutText().lines().toList().getLast().strip())
                                .isEqualTo(Long.toString(p.pid()));
                        return all;
                    }
                });
        assertThat(output.stdoutText()).startsWith(directory.toRealPath() + "\n1-\n0123\n");
    }

    @Test
    @DisplayName("waitFor does not wait for a grandchild that holds the pipe")
    void waitFor_grandchildHoldsPipe_resumesAtExit() throws Exception {
        loops.assumeNativeCalls("pipes that outlive the child");
        loops.run(() -> {
            var command = Command.shell("sleep 100 & echo $!").stdout(PIPE);
            try (var p = createSubprocess(command)) {
                assertThat(p.waitFor().returncode()).isZero();
                String grandchild = p.stdout().readLine();
                assertThat(p.stdout().atEof()).isFalse();
                return endStray(Long.parseLong(grandchild));
            }
        });
    }

    @Test
    @DisplayName("a child has the descriptors that are passed on, and no others")
    void passDescriptors_areTheOnlyOnes() throws Exception {
        loops.assumeNativeCalls("option passDescriptors");
        loops.run(() -> {
            FdPair passed = FdTable.pipe(false, false);
            Fds.write(passed.writeEnd(), ByteBuffer.wrap("hello".getBytes(UTF_8)));
            FdTable.close(passed.writeEnd());
            String name = "/dev/fd/" + passed.readEnd();
            var command =
                    Command.exec("sh", "-c", "cat " + name + "; echo; ls /proc/$$/fd")
                            .stdout(PIPE)
                            .passDescriptors(List.of(passed.readEnd()));
            try (var p = createSubprocess(command)) {
                assertThat(p.communicate().stdoutText().lines())
                        .containsExactlyInAnyOrder("hello", "0", "1", "2", "" + passed.readEnd());
                return null;
            } finally {
                FdTable.close(passed.readEnd());
            }
        });
    }

    @Test
    @DisplayName("signals to a child that is known to be gone are refused")
    void sendSignal_childGone_throws() throws Exception {
        loops.run(() -> {
            try (var p = createSubprocess(Command.exec("true"))) {
                p.waitFor();
                assertThatThrownBy(p::terminate)
                        .isInstanceOf(NoSuchProcessException.class)
                        .hasMessageContaining("Exited(0)");
                assertThatThrownBy(() -> p.sendSignal("NOSUCH"))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("NOSUCH");
                return null;
            }
        });
    }

    @Test
    @DisplayName("what ended one child ends another by number, also a signal without a name")
    void sendSignal_byNumber_comesBack() throws Exception {
        loops.assumeNativeCalls("signals but SIGTERM and SIGKILL");
        loops.run(() -> {
            // 32 belongs to the thread library: the kernel sends it, and no name stands for it.
            for (int number : new int[] {9, 15, 32, 40}) {
                try (var p = createSubprocess(Command.exec("sleep", "100"))) {
                    p.sendSignal(0);
                    p.sendSignal(number);
                    assertThat(p.waitFor())
                            .isInstanceOfSatisfying(
                                    ExitStatus.Signaled.class,
                                    ended -> assertThat(ended.number()).isEqualTo(number));
                    assertThatThrownBy(() -> p.sendSignal(number))
                            .isInstanceOf(NoSuchProcessException.class);
                    assertThatThrownBy(() -> p.sendSignal(-1))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining("-1");
                }
            }
            return null;
        });
    }

    @Test
    @DisplayName("stopping and continuing a child is no exit")
    void stopAndContinue_isNoExit() throws Exception {
        loops.assumeNativeCalls("signals but SIGTERM and SIGKILL");
        loops.run(() -> {
            try (var p = createSubprocess(Command.exec("cat").stdin(PIPE).stdout(PIPE))) {
                p.sendSignal("STOP");
                while (!stateOf(p).startsWith("T")) {
                    sleep(Duration.ZERO);
                }
                assertThat(p.returncode()).isNull();
                p.sendSignal("SIGCONT");
                p.stdin().write("on\n");
                assertThat(p.stdout().readLine()).isEqualTo("on");
                p.stdin().close();
                assertThat(p.waitFor().returncode()).isZero();
                return null;
            }
        });
    }

    @Test
    @DisplayName("close kills, waits, and can be repeated")
    void close_killsAndWaits() throws Exception {
        ChildProcess p =
                loops.run(() -> {
                    var child =
                            createSubprocess(Command.exec("sleep", "100").stdin(PIPE).stdout(PIPE));
                    child.close();
                    assertThat(child.returncode()).isEqualTo(loops.signalled(9));
                    child.close();
                    return child;
                });
        p.close();
    }

    @Test
    @DisplayName("a cancelled reader loses nothing, and the task's child is gone")
    void cancel_whileReading_closesTheChild() throws Exception {
        loops.run(() -> {
            var process = new AtomicReference<ChildProcess>();
            var reader =
                    createTask(() -> {
                        try (var p =
                                createSubprocess(
                                        Command.shell("printf part; exec sleep 100")
                                                .stdout(PIPE))) {
                            process.set(p);
                            return p.stdout().readLine();
                        }
                    });
            while (process.get() == null) {
                sleep(Duration.ZERO);
            }
            ProcessFlowTest.awaitState(process.get(), "4 bytes");
            reader.cancel();
            assertThatThrownBy(() -> await(reader)).isInstanceOf(CancellationException.class);
            assertThat(process.get().returncode()).isEqualTo(loops.signalled(9));
            assertThat(process.get().stdout().readAvailable()).asString().isEqualTo("part");
            return null;
        });
    }

    @Test
    @DisplayName("user, group and further groups are the child's, and only the child's")
    void credentials_areTheChilds() throws Exception {
        loops.assumeNativeCalls("option userId");
        assumeTrue(System.getProperty("user.name").equals("root"), "needs to be the superuser");
        loops.run(() -> {
            var command =
                    Command.shell("id -u; id -g; id -G")
                            .userId(65_534)
                            .groupId(65_533)
                            .extraGroupIds(List.of(7, 8))
                            .stdout(PIPE);
            try (var p = createSubprocess(command)) {
                assertThat(p.communicate().stdoutText()).isEqualTo("65534\n65533\n65533 7 8\n");
            }
            try (var p = createSubprocess(Command.exec("id", "-u").stdout(PIPE))) {
                assertThat(p.communicate().stdoutText()).isEqualTo("0\n");
            }
            return null;
        });
    }

    @Test
    @DisplayName("waitFor that was cancelled can be called again")
    void waitFor_cancelled_childLivesOn() throws Exception {
        loops.run(() -> {
            try (var p = createSubprocess(Command.exec("cat").stdin(PIPE))) {
                var first = createTask(p::waitFor);
                sleep(Duration.ZERO);
                first.cancel();
                assertThatThrownBy(() -> await(first)).isInstanceOf(CancellationException.class);
                assertThat(p.returncode()).isNull();
                p.stdin().close();
                assertThat(p.waitFor().isSuccess()).isTrue();
                return null;
            }
        });
    }

    private static String stateOf(ChildProcess p) throws Exception {
        var ps = Command.exec("ps", "-o", "stat=", "-p", "" + p.pid()).stdout(PIPE);
        try (var asked = createSubprocess(ps)) {
            return asked.communicate().stdoutText();
        }
    }

    private static @Nullable Void endStray(long pid) throws Exception {
        Signals.kill(pid, SignalNames.number("KILL"));
        return null;
    }

    private static ChildProcess start(String commandLine) throws Exception {
        return createSubprocess(Command.shell(commandLine).stdout(PIPE));
    }
}

package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.subprocess.Stdio.DEVNULL;
import static io.asyncio4j.subprocess.Stdio.PIPE;
import static io.asyncio4j.subprocess.Stdio.STDOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.ProactorEventLoop;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.Protocol;
import io.asyncio4j.watcher.ChildWatcher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Children of ProcessBuilder on the portable proactor loop: what they can, and what they cannot.
 */
@Tag("portable")
@ExtendWith(LeakCheck.class)
class PortableChildTest {
    private static final LoopKind LOOPS = LoopKind.PORTABLE;

    static Stream<Arguments> impossibleOptions() {
        return Stream.of(
                option("stdin", command -> command.streams(Stdio.pty())),
                option("stdout", command -> command.stdout(Stdio.descriptor(1))),
                option("stderr", command -> command.stderr(Stdio.descriptor(2))),
                option("newSession", command -> command.newSession(true)),
                option("processGroup", command -> command.processGroup(0)),
                option("umask", command -> command.umask(022)),
                option("userId", command -> command.userId(1)),
                option("groupId", command -> command.groupId(1)),
                option("extraGroupIds", command -> command.extraGroupIds(List.of(1))),
                option("passDescriptors", command -> command.passDescriptors(List.of(3))),
                option("directory", command -> command.directory(elsewhere())),
                option(
                        "environment variable V",
                        command -> command.environment(Map.of("V", "\udc80"))));
    }

    private static Arguments option(String name, UnaryOperator<Command> change) {
        return Arguments.of(name, change);
    }

    private static Path elsewhere() {
        return FileSystems.getFileSystem(java.net.URI.create("jrt:/")).getPath("/");
    }

    @ParameterizedTest
    @MethodSource("impossibleOptions")
    @DisplayName("an option that ProcessBuilder lacks is refused by its name, before any start")
    void start_impossibleOption_refused(
            String name, UnaryOperator<Command> change, @TempDir Path directory) throws Exception {
        Path trace = directory.resolve("trace");
        Command touch = Command.exec("touch", trace.toString()).stderr(Stdio.file(trace));
        LOOPS.run(() -> {
            assertThatThrownBy(() -> createSubprocess(change.apply(touch)))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining(name)
                    .hasMessageContaining("ProcessBuilder")
                    .hasMessageContaining("SelectorEventLoop");
            return null;
        });
        assertThat(trace).doesNotExist();
    }

    @Test
    @DisplayName("an argument whose bytes are not text is refused, not changed")
    void start_bytesArgument_refused() throws Exception {
        LOOPS.run(() -> {
            assertThatThrownBy(() -> createSubprocess(Command.exec("echo", "a\udcff")))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("a\\xFF");
            return null;
        });
    }

    @Test
    @DisplayName("no child watcher is asked for")
    void start_watcher_notAsked() throws Exception {
        var policy =
                new DefaultEventLoopPolicy() {
                    @Override
                    public EventLoop newEventLoop() {
                        return ProactorEventLoop.portable();
                    }

                    @Override
                    protected ChildWatcher newChildWatcher() {
                        throw new AssertionError("asked");
                    }
                };
        int code =
                Policies.where(policy)
                        .call(() ->
                                Asyncio.run(() -> {
                                    try (var p = createSubprocess(Command.shell("exit 7"))) {
                                        return p.waitFor().returncode();
                                    }
                                }));
        assertThat(code).isEqualTo(7);
    }

    static Stream<Command> startsThatFail() throws IOException {
        Path directory = Files.createTempDirectory("portable");
        directory.toFile().deleteOnExit();
        Path plain = Files.writeString(directory.resolve("plain"), "text");
        Path script = Files.writeString(directory.resolve("script"), "#!/no/such/interpreter\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        plain.toFile().deleteOnExit();
        script.toFile().deleteOnExit();
        Path missing = directory.resolve("missing");
        return Stream.of(
                Command.exec("no-such-program-anywhere"),
                Command.exec(missing.toString()),
                Command.exec(plain.toString()),
                Command.exec(script.toString()),
                Command.exec(directory.toString()),
                Command.exec("plain").environment(Map.of("PATH", directory.toString())),
                Command.exec("ls").environment(Map.of("PATH", directory.toString())),
                Command.exec("true").directory(missing),
                Command.exec("true").directory(plain),
                Command.exec("cat").stdin(Stdio.file(missing)),
                Command.exec("cat").stdout(Stdio.file(directory)),
                Command.exec("true", "x".repeat(4_000_000)));
    }

    @ParameterizedTest
    @MethodSource("startsThatFail")
    @DisplayName("a start that fails is told as on other loops")
    void start_fails_asOnOtherLoops(Command command) throws Exception {
        Throwable portable = failure(LOOPS, command);
        assertThat(portable).isNotNull();
        assumeTrue(NativeAccess.available(), NativeAccess.reason());
        Throwable spawned = failure(LoopKind.EPOLL, command);
        assertThat(portable).hasSameClassAs(spawned).hasMessage(spawned.getMessage());
    }

    private static @Nullable Throwable failure(LoopKind loops, Command command) throws Exception {
        return loops.run(() -> catchThrowable(() -> createSubprocess(command).close()));
    }

    @Test
    @DisplayName("without native access the failures have the same classes")
    void start_missingProgram_noSuchFile() throws Exception {
        assertThat(failure(LOOPS, Command.exec("no-such-program-anywhere")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageStartingWith("spawn(no-such-program-anywhere): ENOENT")
                .hasMessageContaining("not found on the PATH");
    }

    @Test
    @DisplayName("a program is searched on the PATH of the child's environment")
    void start_ownPath_isSearched(@TempDir Path directory) throws Exception {
        Path program = Files.writeString(directory.resolve("own"), "#!/bin/sh\necho own $1\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        var command =
                Command.exec("own", "way")
                        .environment(Map.of("PATH", directory.toString()))
                        .stdout(PIPE);
        assertThat(outputOf(command)).isEqualTo("own way\n");
    }

    private static String outputOf(Command command) throws Exception {
        return LOOPS.run(() -> {
            try (var p = createSubprocess(command)) {
                return p.communicate(null).stdoutText();
            }
        });
    }

    @Test
    @DisplayName("directory, environment, files and redirections are the child's")
    void start_possibleOptions_areTheChilds(@TempDir Path directory) throws Exception {
        Path in = Files.writeString(directory.resolve("in"), "in\n");
        Path out = Files.writeString(directory.resolve("out"), "before\n");
        var command =
                Command.shell("cat; echo $V >&2; pwd")
                        .stdin(Stdio.file(in))
                        .stdout(Stdio.append(out))
                        .stderr(STDOUT)
                        .environment(Map.of("V", "value ä", "PATH", System.getenv("PATH")))
                        .directory(directory);
        LOOPS.run(() -> {
            try (var p = createSubprocess(command)) {
                return p.waitFor();
            }
        });
        assertThat(Files.readAllLines(out))
                .containsExactly("before", "in", "value ä", directory.toRealPath().toString());
        assertThat(outputOf(Command.exec("cat").streams(DEVNULL).stdout(PIPE))).isEmpty();
        assertThat(outputOf(Command.shell("echo a; echo b >&2").stdout(PIPE).stderr(STDOUT)))
                .isEqualTo("a\nb\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HUP", "INT", "USR1", "STOP", "RTMIN"})
    @DisplayName("another signal than SIGTERM and SIGKILL is refused by its name")
    void sendSignal_other_refused(String signal) throws Exception {
        LOOPS.run(() -> {
            try (var p = createSubprocess(Command.exec("sleep", "100"))) {
                p.sendSignal(0);
                assertThatThrownBy(() -> p.sendSignal(signal))
                        .isInstanceOf(UnsupportedOperationException.class)
                        .hasMessageContaining("SIG" + signal)
                        .hasMessageContaining("terminate()");
                assertThatThrownBy(() -> p.sendSignal(99))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThat(p.returncode()).isNull();
            }
            return null;
        });
    }

    @Test
    @DisplayName("terminate is SIGTERM, and leaves what the child writes then to be read")
    void terminate_outputComes() throws Exception {
        var command =
                Command.shell(
                                "trap 'echo bye; exit 3' TERM; echo ready; while :; do sleep 0.01; done")
                        .stdout(PIPE);
        LOOPS.run(() -> {
            try (var p = createSubprocess(command)) {
                assertThat(p.stdout().readLine()).isEqualTo("ready");
                p.terminate();
                assertThat(p.stdout().readLine()).isEqualTo("bye");
                assertThat(p.waitFor().returncode()).isEqualTo(3);
                assertThatThrownBy(p::terminate).isInstanceOf(NoSuchProcessException.class);
                assertThatThrownBy(p::kill).isInstanceOf(NoSuchProcessException.class);
                assertThatThrownBy(() -> p.sendSignal(0))
                        .isInstanceOf(NoSuchProcessException.class);
                return null;
            }
        });
    }

    @Test
    @DisplayName("waitFor resumes at the exit, though a grandchild has the pipe")
    void waitFor_grandchildHoldsPipe_resumes() throws Exception {
        LOOPS.run(() -> {
            var command = Command.shell("sleep 100 & echo $!").stdout(PIPE);
            try (var p = createSubprocess(command)) {
                assertThat(p.waitFor().returncode()).isZero();
                long grandchild = Long.parseLong(p.stdout().readLine());
                ProcessHandle.of(grandchild).orElseThrow().destroyForcibly();
                return null;
            }
        });
    }

    @Test
    @DisplayName("the exit is told as the end of an input that nobody closes")
    void exit_inputOpen_pipeIsLost() throws Exception {
        LOOPS.run(() -> {
            EventLoop loop = getRunningLoop();
            var over = loop.<Boolean>createFuture();
            var protocol =
                    new SubprocessProtocol() {
                        @Override
                        public void connectionLost(@Nullable Exception cause) {
                            over.setResult(true);
                        }
                    };
            await(loop.subprocessExec(() -> protocol, Command.exec("true").stdin(PIPE)));
            assertThat(await(over)).isTrue();
            return null;
        });
    }

    @Test
    @DisplayName("megabytes go through a child and come back whole")
    void communicate_megabytes_whole() throws Exception {
        byte[] input = new byte[5_000_000];
        for (int i = 0; i < input.length; i++) {
            input[i] = (byte) (i * 31 >> 5);
        }
        byte[] output =
                LOOPS.run(() -> {
                    try (var p = createSubprocess(Command.exec("cat").stdin(PIPE).stdout(PIPE))) {
                        return p.communicate(input).stdout();
                    }
                });
        assertThat(output).isEqualTo(input);
    }

    @Test
    @DisplayName("a loop with children under way can be closed; they are killed")
    void loopClosed_childrenRunning_killed() throws Exception {
        EventLoop loop = ProactorEventLoop.portable();
        var command = Command.exec("sleep", "100").stdin(PIPE).stdout(PIPE);
        loop.subprocessExec(() -> new SubprocessProtocol() {}, command);
        loop.subprocessExec(() -> new SubprocessProtocol() {}, command);
        loop.stop();
        loop.runForever();
        loop.close();
    }

    @Test
    @DisplayName("descriptors are refused, and channels that a pipe's end is not")
    void connectPipe_impossible_refused() throws Exception {
        LOOPS.run(() -> {
            EventLoop loop = getRunningLoop();
            assertThatThrownBy(
                            () -> await(loop.connectReadPipe(() -> new Protocol() {}, new Pipe(0))))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("fd=0")
                    .hasMessageContaining("Channels.newChannel");
            var ends = java.nio.channels.Pipe.open();
            assertThatThrownBy(() ->
                            await(
                                    loop.connectReadPipe(
                                            () -> new Protocol() {}, new Pipe(ends.sink()))))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("connectWritePipe");
            // Still the caller's.
            assertThat(ends.sink().write(ByteBuffer.wrap(new byte[1]))).isEqualTo(1);
            ends.sink().close();
            ends.source().close();
            assertThatThrownBy(() -> loop.addWriter(1, () -> {}))
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessageContaining("Descriptor 1");
            return null;
        });
    }
}

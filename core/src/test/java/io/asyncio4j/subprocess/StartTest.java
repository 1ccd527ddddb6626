package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.gather;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Limits;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LibraryClasses;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.watcher.AbstractChildWatcher;
import io.asyncio4j.watcher.ChildHandler;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Children that cannot be started: what is said, and that nothing is left behind. */
@ExtendWith(LeakCheck.class)
class StartTest {

    @Test
    @DisplayName("a missing directory is refused before anything is started")
    void directory_missing_refused(@TempDir Path directory) throws IOException {
        Path output = Files.writeString(directory.resolve("output"), "kept");
        Path none = directory.resolve("none");
        starting(piped("true").stdout(Stdio.file(output)).directory(none))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no such directory: " + none);
        starting(piped("true").directory(output))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a directory: " + output);
        assertThat(output).hasContent("kept");
    }

    @Test
    @DisplayName("a directory that may not be entered is named, and the program")
    void directory_closed_named(@TempDir Path directory) throws IOException {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs another user's id");
        Path closed = Files.createDirectory(directory.resolve("closed"));
        Files.setPosixFilePermissions(closed, Set.of(PosixFilePermission.OWNER_READ));
        starting(piped("/bin/true").directory(closed).userId(65_534))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("chdir(" + closed + ")")
                .hasMessageContaining("EACCES")
                .hasMessageContaining("/bin/true");
    }

    @Test
    @DisplayName("a closed descriptor is refused before anything is started")
    void descriptor_closed_refused() {
        starting(piped("true").stdin(Stdio.descriptor(4001)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Descriptor 4001 for stdin");
        starting(piped("true").stdout(Stdio.descriptor(4003)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Descriptor 4003 for stdout");
        starting(piped("true").stderr(Stdio.descriptor(4004)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Descriptor 4004 for stderr");
        starting(piped("true").passDescriptors(List.of(4002)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("Descriptor 4002 to be passed on");
    }

    @Test
    @DisplayName("a program that is not there is named, with the PATH that was searched")
    void program_missing_named() {
        starting(piped("no-such-program").environment(Map.of("PATH", "/nowhere")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("no-such-program")
                .hasMessageContaining("ENOENT")
                .hasMessageContaining("/nowhere");
    }

    @Test
    @DisplayName("permission, format and interpreter are told apart")
    void program_unusable_saysWhy(@TempDir Path directory) throws IOException {
        Path plain = Files.writeString(directory.resolve("plain"), "#!/bin/sh\n");
        starting(piped(plain.toString()))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageContaining("EACCES")
                .hasMessageContaining("chmod +x");
        Path garbage = executable(directory.resolve("garbage"), "\u0001\u0002\u0003");
        starting(piped(garbage.toString()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ENOEXEC")
                .hasMessageContaining("#!");
        Path script = executable(directory.resolve("script"), "#!/no/such/interpreter\n");
        starting(piped(script.toString()))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageContaining("/no/such/interpreter");
    }

    @Test
    @DisplayName("arguments that are too long are refused by the kernel")
    void arguments_tooLong_saysSo() {
        starting(Command.exec("true", "x".repeat(200_000)).stdout(PIPE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("spawn(true")
                .hasMessageContaining("E2BIG")
                .hasMessageContaining("128 KiB");
    }

    @Test
    @DisplayName(
            "a program that somebody writes to, and a group of another session, are told apart")
    void program_busyOrGroupForeign_saysSo(@TempDir Path directory) throws IOException {
        Path program = Files.copy(Path.of("/bin/true"), directory.resolve("busy"));
        assertThat(program.toFile().setExecutable(true)).isTrue();
        int writer = FdTable.open(program.toString(), FdTable.O_WRONLY, 0);
        starting(piped(program.toString()))
                .hasMessageContaining("spawn(" + program + ")")
                .hasMessageContaining("ETXTBSY")
                .hasMessageContaining("open for writing");
        FdTable.close(writer);
        starting(piped("true").processGroup(1))
                .hasMessageContaining("spawn(true")
                .hasMessageContaining("EPERM")
                .hasMessageContaining("process group 1 is not in this session");
    }

    @Test
    @DisplayName("credentials that cannot be taken on are named, and the program")
    void credentials_refused_saysSo() {
        assumeTrue(System.getProperty("user.name").equals("root"), "others may take on none");
        starting(piped("true").extraGroupIds(Collections.nCopies(70_000, 7)))
                .isInstanceOf(IOException.class)
                .hasMessage("spawn(true): setgroups(70000 groups): EINVAL (Invalid argument)");
    }

    @Test
    @DisplayName("without descriptors left nothing starts and nothing leaks")
    void descriptors_exhausted_saysSo() throws Exception {
        LoopKind.EPOLL.run(() -> {
            LibraryClasses.load();
            // Opens what is opened once only.
            createSubprocess(piped("true")).close();
            Limits.Limit before = Limits.openFiles();
            FdPair probe = FdTable.pipe(false, false);
            FdTable.close(probe.readEnd());
            FdTable.close(probe.writeEnd());
            int lowest = Math.min(probe.readEnd(), probe.writeEnd());
            try {
                for (int more = 0; more < 7; more++) {
                    Limits.setOpenFiles(new Limits.Limit(lowest + more, before.hard()));
                    try (var p = createSubprocess(piped("true"))) {
                        assertThat(p.pid()).isPositive();
                        assertThat(more).isGreaterThanOrEqualTo(6);
                    } catch (IOException e) {
                        assertThat(e)
                                .hasMessageStartingWith("spawn(true): std")
                                .hasMessageContaining("EMFILE")
                                .hasMessageContaining("ulimit -n");
                    }
                }
            } finally {
                Limits.setOpenFiles(before);
            }
            return null;
        });
    }

    @Test
    @DisplayName("an inactive watcher starts nothing")
    void watcher_inactive_startsNothing() {
        var inactive =
                new AbstractChildWatcher() {
                    @Override
                    public void attachLoop(@Nullable EventLoop loop) {}

                    @Override
                    public boolean isActive() {
                        return false;
                    }

                    @Override
                    public Guard enter() {
                        return () -> {};
                    }
                };
        assertThatThrownBy(() ->
                        LoopKind.EPOLL.run(
                                inactive, () -> createSubprocess(piped("true")).waitFor()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("not active");
    }

    @Test
    @DisplayName("a child that no watcher takes is killed and reaped")
    void watcher_refuses_childIsReaped() {
        var refusing =
                new AbstractChildWatcher() {
                    @Override
                    public void attachLoop(@Nullable EventLoop loop) {}

                    @Override
                    public boolean isActive() {
                        return true;
                    }

                    @Override
                    public Guard enter() {
                        return () -> {};
                    }
                };
        assertThatThrownBy(() ->
                        LoopKind.EPOLL.run(
                                refusing,
                                () -> {
                                    try (var p = createSubprocess(Command.exec("sleep", "100"))) {
                                        return p.waitFor();
                                    }
                                }))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("addChildHandler");
    }

    @Test
    @DisplayName("a child that its watcher has lost does not keep close waiting")
    void close_watcherLosesChild_returns() throws Exception {
        var losing =
                new AbstractChildWatcher() {
                    @Override
                    public void attachLoop(@Nullable EventLoop loop) {}

                    @Override
                    public boolean isActive() {
                        return true;
                    }

                    @Override
                    public void addChildHandler(long pid, ChildHandler handler) {}

                    @Override
                    public Guard enter() {
                        return () -> {};
                    }
                };
        List<ExitStatus> statuses =
                LoopKind.EPOLL.run(
                        losing,
                        () -> {
                            var unreaped = createTask(() -> closedStatus(false));
                            var stolen = createTask(() -> closedStatus(true));
                            return gather(List.of(unreaped, stolen));
                        });
        assertThat(statuses.get(0).returncode()).isEqualTo(-9);
        assertThat(statuses.get(0).usage()).as("reaped in the watcher's stead").isNotNull();
        assertThat(statuses.get(1))
                .isInstanceOfSatisfying(
                        ExitStatus.Lost.class,
                        lost -> assertThat(lost.reason()).contains("watcher has not reported"));
    }

    private static ExitStatus closedStatus(boolean stolen) throws IOException {
        ChildProcess p = createSubprocess(Command.exec("sleep", "100"));
        if (stolen) {
            p.kill();
            WaitId.await(p.pid());
            WaitId.reap(p.pid());
        }
        p.close();
        return Objects.requireNonNull(p.exitStatus());
    }

    @Test
    @DisplayName("the limit of processes is named, with what raises it")
    void processes_exhausted_saysSo() throws Exception {
        assumeTrue(System.getProperty("user.name").equals("root"), "needs another user's id");
        LoopKind.EPOLL.run(() -> {
            // Counted for each user; the superuser alone is not bound by it.
            String before = limitProcesses("0:");
            try {
                assertThatThrownBy(() -> createSubprocess(piped("true").userId(65_531)).close())
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining("EAGAIN")
                        .hasMessageContaining("ulimit -u");
            } finally {
                limitProcesses(before + ":");
            }
            return null;
        });
    }

    /** Sets the soft limit of this process, and returns what it was. */
    private static String limitProcesses(String limit) throws IOException {
        String self = Long.toString(ProcessHandle.current().pid());
        var ask = List.of("prlimit", "--pid", self, "--nproc", "--noheadings", "--output", "SOFT");
        String before;
        try (var p = createSubprocess(Command.exec(ask).stdout(PIPE))) {
            before = p.communicate().stdoutText().strip();
        } catch (NoSuchFileException e) {
            return abort("There is no prlimit here");
        }
        try (var p = createSubprocess(Command.exec("prlimit", "--pid", self, "--nproc=" + limit))) {
            assertThat(p.waitFor().isSuccess()).isTrue();
        }
        return before;
    }

    private static AbstractThrowableAssert<?, ? extends Throwable> starting(Command command) {
        try {
            return LoopKind.EPOLL.run(() ->
                    assertThatThrownBy(() -> {
                        try (var p = createSubprocess(command)) {
                            p.waitFor();
                        }
                    }));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Command piped(String program) {
        return Command.exec(program).stdin(PIPE).stdout(PIPE).stderr(PIPE);
    }

    private static Path executable(Path file, String content) throws IOException {
        Files.writeString(file, content);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }
}

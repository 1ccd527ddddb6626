package io.asyncio4j.os;

import static io.asyncio4j.os.TestChildren.command;
import static io.asyncio4j.os.TestChildren.run;
import static io.asyncio4j.os.TestChildren.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class SpawnTest {
    @TempDir Path directory;

    @ParameterizedTest
    @CsvSource({"exit 0,0", "exit 3,3", "exit 255,255", "kill -9 $$,-9", "kill -TERM $$,-15"})
    @DisplayName("how a child ends is told: status, or negative signal")
    void returnCode(String script, int expected) throws IOException {
        WaitStatus status = run(sh(script)).status();
        assertThat(TestChildren.returncode(status)).isEqualTo(expected);
        assertThat(status.coreDumped()).isFalse();
        assertThat(status.hasUsage()).isTrue();
    }

    @Test
    @DisplayName("a child has default signal dispositions and an empty mask")
    void signals_default() throws IOException {
        String output = run(command("grep", "-E", "Sig(Blk|Ign)", "/proc/self/status")).output();
        assertThat(output).isEqualTo("SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
    }

    @Test
    @DisplayName("a child inherits 0, 1 and 2 and nothing else, not even the JDK's sockets")
    void descriptors_closed() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            assertThat(socket.isBound()).isTrue();
            FdPair leaky = FdTable.pipe(false, false);
            FdTable.setCloseOnExec(leaky.readEnd(), false);
            assertThat(openDescriptors(sh(""))).containsExactly("0", "1", "2");
            FdTable.close(leaky.readEnd());
            FdTable.close(leaky.writeEnd());
        }
    }

    @Test
    @DisplayName("descriptors that are passed on keep their numbers; those between are closed")
    void descriptors_passed() throws IOException {
        FdPair pipe = FdTable.pipe(false, false);
        FdPair between = FdTable.pipe(false, false);
        FdPair last = FdTable.pipe(false, false);
        TestRequest request = sh("").withPassDescriptors(last.readEnd(), pipe.readEnd());
        assertThat(openDescriptors(request))
                .containsExactlyInAnyOrder("0", "1", "2", "" + pipe.readEnd(), "" + last.readEnd());
        for (FdPair pair : List.of(pipe, between, last)) {
            FdTable.close(pair.readEnd());
            FdTable.close(pair.writeEnd());
        }
        assertThatThrownBy(() -> Spawn.spawn(request))
                .hasMessage(
                        "spawn(sh): EBADF (Bad file descriptor): descriptor "
                                + pipe.readEnd()
                                + " is not open");
    }

    private static List<String> openDescriptors(TestRequest empty) throws IOException {
        String list =
                "i=0; while [ $i -lt 300 ]; do [ -e /proc/$$/fd/$i ] && echo $i; i=$((i+1)); done";
        return run(sh(list).withPassDescriptors(empty.passDescriptors().toArray(Integer[]::new)))
                .output()
                .lines()
                .toList();
    }

    @Test
    @DisplayName("standard streams may be exchanged among each other")
    void streams_exchanged() throws IOException {
        FdPair pipe = FdTable.pipe(false, false);
        // 1 of this process becomes its 2, while a pipe becomes its 1.
        long pid =
                Spawn.spawn(
                        sh("echo out; [ $(readlink /proc/$$/fd/2) = $(readlink /proc/$PPID/fd/1) ]")
                                .withStreams(2, pipe.writeEnd(), 1));
        FdTable.close(pipe.writeEnd());
        assertThat(TestChildren.readAll(pipe.readEnd())).isEqualTo("out\n");
        assertThat(TestChildren.returncode(TestChildren.end(pid))).isZero();
        FdTable.close(pipe.readEnd());
    }

    @Test
    @DisplayName("arguments arrive as they are: empty, with spaces, not ASCII")
    void arguments_intact() throws IOException {
        var outcome = run(command("printf", "[%s]", "", "a b", "grüße", "$x"));
        assertThat(outcome.output()).isEqualTo("[][a b][grüße][$x]");
    }

    @Test
    @DisplayName("the environment is replaced as a whole")
    void environment_replaced() throws IOException {
        var outcome = run(command("/usr/bin/env").withEnvironment(Map.of("A", "1=2 ü")));
        assertThat(outcome.output()).isEqualTo("A=1=2 ü\n");
    }

    @Test
    @DisplayName("a program is searched on the PATH of the child, relative to its directory")
    void search_onChildsPath() throws IOException {
        script("tool", "#!/bin/sh\necho found; pwd\n", true);
        var request = command("tool").withDirectory(directory);
        assertThat(run(request.withEnvironment(Map.of("PATH", "/nowhere:."))).output())
                .isEqualTo("found\n" + directory.toRealPath() + "\n");
        assertThatThrownBy(() -> Spawn.spawn(request.withEnvironment(Map.of("PATH", "/nowhere"))))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage(
                        "spawn(tool): ENOENT (No such file or directory): not found on the PATH"
                                + " /nowhere");
        assertThat(TestChildren.returncode(run(command("true").withEnvironment(Map.of())).status()))
                .isZero();
    }

    @Test
    @DisplayName(
            "the search passes over what may not be executed and reports it if there is no other")
    void search_skipsNotExecutable() throws IOException {
        script("true", "not me", false);
        Path other = Files.createDirectory(directory.resolve("other"));
        Files.createDirectory(other.resolve("true"));
        String path = directory + ":" + other;
        assertThat(run(command("true").withEnvironment(Map.of("PATH", path + ":/bin"))).status())
                .extracting(TestChildren::returncode)
                .isEqualTo(0);
        assertThatThrownBy(() -> Spawn.spawn(command("true").withEnvironment(Map.of("PATH", path))))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessage(
                        "spawn(true as %s/true): EACCES (Permission denied): it is not executable:"
                                        .formatted(directory)
                                + " make it so with chmod +x");
    }

    @Test
    @DisplayName("a missing interpreter is told from a missing script")
    void error_missingInterpreter() throws IOException {
        Path script = script("script", "#!/no/such/interpreter -x\n", true);
        assertThatThrownBy(() -> Spawn.spawn(command(script.toString())))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageEndingWith("in its first line, /no/such/interpreter, does not exist");
        Path windows = script("windows", "#!/bin/sh\r\n", true);
        assertThatThrownBy(() -> Spawn.spawn(command(windows.toString())))
                .hasMessageContaining("/bin/sh\\r");
    }

    @Test
    @DisplayName("errors say what is wrong with the program")
    void error_hints() throws IOException {
        Path text = script("text", "hello\n", true);
        assertThatThrownBy(() -> Spawn.spawn(command(text.toString())))
                .hasMessageContaining("ENOEXEC (Exec format error)");
        assertThatThrownBy(() -> Spawn.spawn(command(directory.toString())))
                .isInstanceOf(AccessDeniedException.class)
                .hasMessageEndingWith("it is a directory");
        assertThatThrownBy(() -> Spawn.spawn(command("true", "x".repeat(200_000))))
                .hasMessageContaining("E2BIG (Argument list too long)");
    }

    @Test
    @DisplayName("a missing directory is refused before anything starts")
    void directory_refused() throws IOException {
        var request = command("true");
        Path gone = directory.resolve("gone");
        assertThatThrownBy(() -> Spawn.validate(request.withDirectory(gone)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("no such directory: " + gone);
        Path file = script("file", "", false);
        assertThatThrownBy(() -> Spawn.validate(request.withDirectory(file)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not a directory: " + file);
    }

    @Test
    @DisplayName("a directory that vanishes after it was looked at is named")
    void directory_goneAtTheStart_named() {
        var request = command("true").withDirectory(directory.resolve("gone"));
        assertThatThrownBy(() -> Spawn.spawn(request))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessageStartingWith("chdir(" + directory.resolve("gone") + "): ENOENT");
    }

    @Test
    @DisplayName("a child leads a session or a process group of its own, or joins one")
    void session_andGroup() throws IOException {
        String ids = "set -- $(cat /proc/$$/stat); echo $(($5 == $$)) $(($6 == $$))";
        assertThat(run(sh(ids)).output()).isEqualTo("0 0\n");
        assertThat(run(sh(ids).withProcessGroup(0)).output()).isEqualTo("1 0\n");
        assertThat(run(sh(ids).withNewSession()).output()).isEqualTo("1 1\n");
        long leader = Spawn.spawn(command("sleep", "60").withProcessGroup(0));
        long member = Spawn.spawn(command("sleep", "60").withProcessGroup((int) leader));
        Signals.killpg(leader, SignalNames.number("KILL"));
        assertThat(TestChildren.returncode(TestChildren.end(leader))).isEqualTo(-9);
        assertThat(TestChildren.returncode(TestChildren.end(member))).isEqualTo(-9);
    }

    @Test
    @DisplayName("a umask of the child's own leaves this process's alone")
    void umask_ofChildOnly() throws IOException {
        String before = run(sh("umask")).output();
        assertThat(run(sh("umask").withUmask(0027)).output()).isEqualTo("0027\n");
        assertThat(run(sh("umask")).output()).isEqualTo(before);
    }

    @Test
    @DisplayName("user, group and groups of the child's own leave this process's alone")
    void user_ofChildOnly() throws IOException {
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")));
        var request = command("id").withUser(65_534, 65_533, List.of(7, 8));
        assertThat(run(request).output())
                .contains("uid=65534", "gid=65533", "7", "8")
                .doesNotContain("uid=0", "root");
        assertThat(run(command("id", "-u")).output()).isEqualTo("0\n");
        assertThat(Files.getAttribute(Path.of("/proc/self/fd"), "unix:uid")).isEqualTo(0);
    }

    @Test
    @DisplayName("starts as other users at the same time leave this process open to be looked at")
    void user_manyAtOnce_processStaysDumpable() throws Exception {
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")));
        var request = command("true").withUser(65_534, 65_533, null);
        for (int round = 0; round < 20; round++) {
            var pids = new ArrayList<Future<Long>>();
            try (var executor = Executors.newFixedThreadPool(8)) {
                for (int i = 0; i < 8; i++) {
                    pids.add(executor.submit(() -> Spawn.spawn(request)));
                }
            }
            for (Future<Long> pid : pids) {
                assertThat(TestChildren.returncode(TestChildren.end(pid.get()))).isZero();
            }
            assertThat(dumpable()).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("a child that is another user cannot look into a thread that is starting another")
    void user_whileAnotherStarts_cannotTrace(@TempDir Path open) throws Exception {
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")));
        Path script = Files.writeString(open.resolve("script"), "#!/bin/sh\nexit 0\n");
        Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxr-xr-x"));
        // What the kernel lets read only those who may trace, of each thread and child.
        String look = "cat /proc/$PPID/task/*/environ /proc/$PPID/task/*/task/*/environ";
        String all =
                "read go; "
                        + look
                        + "; for c in $(cat /proc/$PPID/task/*/children);"
                        + " do [ $c = $$ ] || cat /proc/$c/environ; done; cat /proc/$PPID/status >&2";
        assertThat(run(sh(look)).output()).as("as the same user").isNotEmpty();
        FdPair go = FdTable.pipe(false, false);
        FdPair seen = FdTable.pipe(false, false);
        try (var executor = Executors.newSingleThreadExecutor()) {
            Future<Long> hanging;
            try (FileLease lease = lease(script)) {
                var other = command(script.toString()).withUser(65_534, 65_534, List.of());
                hanging = executor.submit(() -> Spawn.spawn(other));
                lease.awaitWaiter();
                // It makes the process one that can be traced again, and is not hanging itself.
                long spy =
                        Spawn.spawn(
                                sh(all).withUser(65_534, 65_534, List.of())
                                        .withStreams(
                                                go.readEnd(),
                                                seen.writeEnd(),
                                                SpawnRequest.NULL_DEVICE));
                FdTable.close(seen.writeEnd());
                assertThat(dumpable()).isEqualTo(1);
                FdTable.close(go.writeEnd());
                // Not printed: it would be the environment of whoever runs this.
                assertThat(TestChildren.readAll(seen.readEnd()).length()).isZero();
                TestChildren.end(spy);
            }
            TestChildren.end(hanging.get());
        } finally {
            FdTable.close(go.readEnd());
            FdTable.close(seen.readEnd());
        }
    }

    private static FileLease lease(Path file) {
        try {
            return FileLease.take(file);
        } catch (IOException e) {
            return abort("No leases on this file system: " + e.getMessage());
        }
    }

    @Test
    @DisplayName(
            "a child that is another user has none of this process's capabilities, nor its ids")
    void user_noWayBack() throws IOException {
        assumeTrue(
                Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")));
        var request =
                command("grep", "-E", "^(Uid|Gid|Cap(Inh|Prm|Eff|Amb))", "/proc/self/status")
                        .withUser(65_534, 65_533, List.of());
        assertThat(run(request).output().lines())
                .contains("Uid:\t65534\t65534\t65534\t65534")
                .contains("Gid:\t65533\t65533\t65533\t65533")
                .contains("CapPrm:\t0000000000000000", "CapEff:\t0000000000000000")
                .contains("CapAmb:\t0000000000000000");
    }

    private static int dumpable() {
        try (Scratch s = Scratch.take()) {
            return (int) Libc.variadic("prctl", 1).call(s, 3);
        }
    }

    private Path script(String name, String content, boolean executable) throws IOException {
        Path file = Files.writeString(directory.resolve(name), content);
        assertThat(file.toFile().setExecutable(executable)).isTrue();
        return file;
    }
}

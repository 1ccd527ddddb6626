package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.DEVNULL;
import static io.asyncio4j.Asyncio.INHERIT;
import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.STDOUT;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createSubprocessExec;
import static io.asyncio4j.Asyncio.createSubprocessShell;
import static io.asyncio4j.Asyncio.sleep;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What each standard stream can be, and what the two short forms start. */
@Tag("portable")
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record StreamOptionsTest(LoopKind loops) {

    @Test
    @DisplayName("the short form takes arguments as they are, without a shell")
    void createSubprocessExec_passesArguments(@TempDir Path directory) throws Exception {
        Path made = directory.resolve("a $HOME;b");
        loops.run(() -> {
            try (var p = createSubprocessExec("touch", "--", made.toString())) {
                return p.waitFor();
            }
        });
        assertThat(made).exists();
    }

    @Test
    @DisplayName("the short form for a shell has it read the command line")
    void createSubprocessShell_interprets(@TempDir Path directory) throws Exception {
        ExitStatus status =
                loops.run(() -> {
                    try (var p =
                            createSubprocessShell("cd " + directory + " && >x; exit $((4+3))")) {
                        return p.waitFor();
                    }
                });
        assertThat(status.returncode()).isEqualTo(7);
        assertThat(directory.resolve("x")).exists();
    }

    @Test
    @DisplayName("what is not said is inherited: each stream is this process's own")
    void inherit_isThisProcessesOwn(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("streams");
        String own = "/proc/" + ProcessHandle.current().pid() + "/fd/";
        String same = "for i in 0 1 2; do [ " + own + "$i -ef /proc/$$/fd/$i ] || exit 1$i; done";
        loops.run(() -> {
            for (var command : List.of(Command.shell(same), Command.shell(same).streams(INHERIT))) {
                try (var p = createSubprocess(command)) {
                    assertThat(p.waitFor().returncode()).isZero();
                }
            }
            // And not the null device, which any of these may be here.
            Files.createFile(file);
            var other = Command.shell(same).stderr(Stdio.file(file));
            try (var p = createSubprocess(other)) {
                assertThat(p.waitFor().returncode()).isEqualTo(12);
            }
            return null;
        });
    }

    @Test
    @DisplayName("each output can be an open descriptor, which stays open here")
    void descriptor_isUsedAndStaysOpen() throws Exception {
        loops.assumeNativeCalls("descriptors");
        loops.run(() -> {
            FdPair one = FdTable.pipe(true, false);
            FdPair two = FdTable.pipe(true, false);
            var command =
                    Command.shell("echo out; echo err >&2")
                            .stdout(Stdio.descriptor(one.writeEnd()))
                            .stderr(Stdio.descriptor(two.writeEnd()));
            try (var p = createSubprocess(command)) {
                p.waitFor();
            }
            for (FdPair pipe : List.of(one, two)) {
                var cat = Command.exec("head", "-n1").stdin(Stdio.descriptor(pipe.readEnd()));
                try (var p = createSubprocess(cat.stdout(PIPE))) {
                    assertThat(p.communicate().stdoutText())
                            .isEqualTo(pipe.equals(one) ? "out\n" : "err\n");
                }
                FdTable.close(pipe.readEnd());
                FdTable.close(pipe.writeEnd());
            }
            return null;
        });
    }

    @Test
    @DisplayName("standard error follows standard output into whatever that is")
    void stderrIntoStdout_followsEverywhere(@TempDir Path directory) throws Exception {
        loops.assumeNativeCalls("descriptors");
        Path file = directory.resolve("both");
        String both = "echo out; echo err >&2; [ /dev/fd/1 -ef /dev/fd/2 ] || exit 9";
        loops.run(() -> {
            FdPair pipe = FdTable.pipe(true, false);
            for (Stdio target :
                    List.of(
                            Stdio.file(file),
                            Stdio.append(file),
                            Stdio.descriptor(pipe.writeEnd()),
                            DEVNULL)) {
                var command = Command.shell(both).stdout(target).stderr(STDOUT);
                try (var p = createSubprocess(command)) {
                    assertThat(p.waitFor().returncode()).as("%s", target).isZero();
                }
            }
            FdTable.close(pipe.readEnd());
            FdTable.close(pipe.writeEnd());
            return null;
        });
        assertThat(file).hasContent("out\nerr\nout\nerr\n");
    }

    @Test
    @DisplayName("standard output and error each into a file; a missing input file is named")
    void files_eachTheirOwn(@TempDir Path directory) throws Exception {
        Path out = directory.resolve("out");
        Path err = directory.resolve("err");
        Path missing = directory.resolve("missing");
        loops.run(() -> {
            var command = Command.shell("echo out; echo err >&2").stdin(DEVNULL);
            try (var p =
                    createSubprocess(command.stdout(Stdio.file(out)).stderr(Stdio.file(err)))) {
                p.waitFor();
            }
            assertThatThrownBy(() -> createSubprocess(command.stdin(Stdio.file(missing))).close())
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessage(
                            "spawn(/bin/sh): stdin: open("
                                    + missing
                                    + "): ENOENT (No such file or directory)");
            return null;
        });
        assertThat(out).hasContent("out\n");
        assertThat(err).hasContent("err\n");
    }

    @Test
    @DisplayName("unless said otherwise, a reader pauses above twice 64 KiB")
    void limit_default_is64KiB() throws Exception {
        loops.run(() -> {
            try (var p = createSubprocess(Command.exec("yes").stdout(PIPE))) {
                assertThat(p.stdout().readLine()).isEqualTo("y");
                while (!p.stdout().toString().contains("paused")) {
                    sleep(Duration.ZERO);
                }
                assertThat(p.stdout().readAvailable().length)
                        .isGreaterThan(2 * 65_536 - 2)
                        .isLessThanOrEqualTo(3 * 65_536);
                return null;
            }
        });
    }

    @Test
    @DisplayName("the limit is also that of standard error, and of a line")
    void limit_ofStderrAndLines() throws Exception {
        loops.run(() -> {
            var command = Command.shell("printf 123456789 >&2").stderr(PIPE).limit(8);
            try (var p = createSubprocess(command)) {
                assertThatThrownBy(() -> p.stderr().readLine()).hasMessageContaining("limit of 8");
                assertThat(p.stderr().readAll()).asString(UTF_8).isEqualTo("123456789");
                return p.waitFor();
            }
        });
    }
}

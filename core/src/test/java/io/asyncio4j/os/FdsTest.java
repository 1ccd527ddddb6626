package io.asyncio4j.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class FdsTest {
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("bytes go through a pipe, from and to direct and heap buffers, at their positions")
    void pipe_carriesBytes(boolean direct) throws IOException {
        FdPair pipe = FdTable.pipe(true, true);
        ByteBuffer out = buffer(direct, 10).put("__hello".getBytes(StandardCharsets.UTF_8)).flip();
        assertThat(Fds.write(pipe.writeEnd(), out.position(2))).isEqualTo(5);
        assertThat(out.remaining()).isZero();
        ByteBuffer in = buffer(direct, 10).put((byte) '<');
        assertThat(Fds.read(pipe.readEnd(), in)).isEqualTo(5);
        assertThat(in.flip().remaining()).isEqualTo(6);
        assertThat(StandardCharsets.UTF_8.decode(in).toString()).isEqualTo("<hello");
        assertThat(Fds.read(pipe.readEnd(), in.clear())).isEqualTo(Fds.WOULD_BLOCK);
        FdTable.close(pipe.writeEnd());
        assertThat(Fds.read(pipe.readEnd(), in)).isEqualTo(Fds.EOF);
        FdTable.close(pipe.readEnd());
    }

    @Test
    @DisplayName("a full pipe would block, one without a reader is EPIPE")
    void write_fullAndBroken() throws IOException {
        FdPair pipe = FdTable.pipe(true, true);
        NativeBuffer block = NativeBuffer.allocate(65_536);
        int n;
        do {
            n = Fds.write(pipe.writeEnd(), block, 0, block.size());
        } while (n > 0);
        assertThat(n).isEqualTo(Fds.WOULD_BLOCK);
        FdTable.close(pipe.readEnd());
        assertThatThrownBy(() -> Fds.write(pipe.writeEnd(), block, 0, 1))
                .isInstanceOf(IOException.class)
                .hasMessage("write(" + pipe.writeEnd() + "): EPIPE (Broken pipe)");
        FdTable.close(pipe.writeEnd());
    }

    @Test
    @DisplayName("only the end that was asked for is non-blocking; both are close-on-exec")
    void pipe_flags() throws IOException {
        FdPair pipe = FdTable.pipe(true, false);
        assertThat(FdTable.isNonBlocking(pipe.readEnd())).isTrue();
        assertThat(FdTable.isNonBlocking(pipe.writeEnd())).isFalse();
        assertThat(FdTable.isCloseOnExec(pipe.readEnd())).isTrue();
        assertThat(FdTable.isCloseOnExec(pipe.writeEnd())).isTrue();
        FdTable.close(pipe.readEnd());
        FdTable.close(pipe.writeEnd());
        assertThat(FdTable.isOpen(pipe.readEnd())).isFalse();
        assertThatThrownBy(() -> FdTable.close(pipe.readEnd()))
                .hasMessage("close(" + pipe.readEnd() + "): EBADF (Bad file descriptor)");
    }

    @Test
    @DisplayName("a pair of sockets carries bytes both ways")
    void socketpair_bothWays() throws IOException {
        FdPair pair = FdTable.socketpair(true, true);
        NativeBuffer one = NativeBuffer.allocate(1);
        assertThat(Fds.write(pair.readEnd(), one, 0, 1)).isEqualTo(1);
        assertThat(Fds.read(pair.writeEnd(), one, 0, 1)).isEqualTo(1);
        assertThat(Fds.write(pair.writeEnd(), one, 0, 1)).isEqualTo(1);
        assertThat(Fds.read(pair.readEnd(), one, 0, 1)).isEqualTo(1);
        FdTable.close(pair.readEnd());
        FdTable.close(pair.writeEnd());
    }

    @Test
    @DisplayName("open creates with a mode and names what is missing")
    void open_createsAndRefuses(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("ünïcode");
        int flags = FdTable.O_WRONLY | FdTable.O_CREAT | FdTable.O_EXCL;
        FdTable.close(FdTable.open(file.toString(), flags, 0600));
        assertThat(Files.getPosixFilePermissions(file)).hasSize(2);
        assertThatThrownBy(() -> FdTable.open(directory + "/no/such", 0, 0))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage("open(" + directory + "/no/such): ENOENT (No such file or directory)");
    }

    @Test
    @DisplayName("many threads, virtual ones too, do not mix up their errors")
    void errno_perThread() throws Exception {
        FdPair pipe = FdTable.pipe(true, true);
        NativeBuffer one = NativeBuffer.allocate(1);
        try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
            var results = new ArrayList<Future<Boolean>>();
            for (int i = 0; i < 64; i++) {
                boolean bad = i % 2 == 0;
                results.add(
                        executor.submit(() -> {
                            boolean right = true;
                            for (int k = 0; k < 500; k++) {
                                right &= bad ? isBad(one) : wouldBlock(pipe, one);
                            }
                            return right;
                        }));
            }
            for (var result : results) {
                assertThat(result.get()).isTrue();
            }
        }
        FdTable.close(pipe.readEnd());
        FdTable.close(pipe.writeEnd());
    }

    private static boolean wouldBlock(FdPair pipe, NativeBuffer one) throws IOException {
        return Fds.read(pipe.readEnd(), one, 0, 1) == Fds.WOULD_BLOCK;
    }

    private static boolean isBad(NativeBuffer one) {
        try {
            Fds.read(-1, one, 0, 1);
            return false;
        } catch (IOException e) {
            return String.valueOf(e.getMessage()).contains("EBADF");
        }
    }

    @Test
    @DisplayName("the limit on open files can be lowered and raised again")
    void limits_setAndRestored() throws IOException {
        Limits.Limit before = Limits.openFiles();
        Limits.setOpenFiles(new Limits.Limit(before.soft() - 1, before.hard()));
        assertThat(Limits.openFiles().soft()).isEqualTo(before.soft() - 1);
        Limits.setOpenFiles(before);
        assertThat(Limits.openFiles()).isEqualTo(before);
    }

    @Test
    @DisplayName("a pseudo-terminal is one, and programs see its size")
    void pty_isTerminal() throws IOException {
        Pty pty = Pty.open(true);
        assertThat(FdTable.isTerminal(pty.terminal())).isTrue();
        pty.resize(40, 132);
        var outcome =
                TestChildren.run(
                        TestChildren.command("stty", "size").withStreams(pty.terminal(), -1, -1));
        assertThat(outcome.output()).isEqualTo("40 132\n");
        FdTable.close(pty.controller());
        FdTable.close(pty.terminal());
    }

    @Test
    @DisplayName("what is opened while standard streams are closed does not take their places")
    void descriptors_aboveStandard() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var outcome =
                TestChildren.run(
                        TestChildren.sh(
                                "exec \"$@\" </dev/null",
                                java,
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                LowDescriptors.class.getName()));
        assertThat(outcome.output()).isEqualTo("true\n");
        assertThat(TestChildren.returncode(outcome.status())).isZero();
    }

    /** Run in a JVM of its own. */
    static final class LowDescriptors {
        private LowDescriptors() {}

        public static void main(String[] arguments) throws IOException {
            // Here and not by the shell: the JVM would take the places for files of its own.
            FdTable.closeQuietly(0);
            FdTable.closeQuietly(2);
            FdPair pipe = FdTable.pipe(true, true);
            int file = FdTable.open("/dev/null", FdTable.O_RDONLY, 0);
            System.out.println(pipe.readEnd() > 2 && pipe.writeEnd() > 2 && file > 2);
        }
    }

    private static ByteBuffer buffer(boolean direct, int size) {
        return direct ? ByteBuffer.allocateDirect(size) : ByteBuffer.allocate(size);
    }
}

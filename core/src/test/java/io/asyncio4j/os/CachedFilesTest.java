package io.asyncio4j.os;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.os.CachedFiles.Program;
import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(LeakCheck.class)
@EnabledOnOs(OS.LINUX)
class CachedFilesTest {
    private static final int MANY = 1 << 20;
    private static final int POSIX_FADV_DONTNEED = 4;
    private static final NativeFunction FADVISE = Libc.function("posix_fadvise");

    @TempDir Path directory;

    private Path program;

    @BeforeEach
    void aProgramThatIsInMemory() throws IOException {
        program = directory.resolve("program");
        Files.copy(Path.of("/bin/true"), program);
        try (var file = FileChannel.open(program, StandardOpenOption.WRITE)) {
            file.force(true);
        }
        Files.readAllBytes(program);
        assumeTrue(
                look(program) == Program.CACHED,
                "an old kernel, or no block device below " + directory);
    }

    private static Program look(Path file) {
        return look(file, MANY);
    }

    private static Program look(Path file, int mostOpen) {
        try (Arena arena = Arena.ofConfined();
                Scratch s = Scratch.take()) {
            return CachedFiles.program(s, CStrings.one(arena, file.toString()), mostOpen);
        }
    }

    @Test
    @DisplayName("a program whose pages were dropped is not cached, and is not read")
    void program_dropped_unknown() throws IOException {
        int fd = FdTable.open(program.toString(), FdTable.O_RDONLY, 0);
        Program seen;
        try (Scratch s = Scratch.take()) {
            // The kernel keeps pages that a processor has in hand, and drops them when asked again.
            do {
                assertThat((int) FADVISE.call(s, fd, 0, 0, POSIX_FADV_DONTNEED)).isZero();
                seen = look(program); // once: the kernel may read ahead for it
            } while (seen == Program.CACHED);
        } finally {
            FdTable.close(fd);
        }
        assertThat(seen).isEqualTo(Program.UNKNOWN);
        Files.readAllBytes(program);
        assertThat(look(program)).isEqualTo(Program.CACHED);
    }

    @Test
    @DisplayName("a name that is remembered not to exist is absent, others are unknown")
    void program_missing_absent() {
        Path missing = directory.resolve("missing");
        assertThat(Files.exists(missing)).isFalse();
        assertThat(look(missing)).isEqualTo(Program.ABSENT);
        assertThat(look(directory.resolve("never asked for"))).isEqualTo(Program.UNKNOWN);
    }

    @Test
    @DisplayName("a script is unknown, for its interpreter may be anywhere")
    void program_script_unknown() throws IOException {
        Path script = Files.writeString(directory.resolve("script"), "#!/bin/sh\n");
        assertThat(look(script)).isEqualTo(Program.UNKNOWN);
    }

    @Test
    @DisplayName("a file that opening would wait for is not waited for")
    void program_leased_unknown() throws IOException {
        try (FileLease lease = FileLease.take(program)) {
            assertThat(look(program)).isEqualTo(Program.UNKNOWN);
            assertThat(lease.isWaitedFor()).isFalse();
        }
    }

    @Test
    @DisplayName("a file without a block device is unknown")
    void program_noBlockDevice_unknown() {
        assertThat(look(Path.of("/proc/self/exe/../../self/status"))).isEqualTo(Program.UNKNOWN);
        assertThat(look(Path.of("/proc/version"))).isEqualTo(Program.UNKNOWN);
    }

    @Test
    @DisplayName("with more descriptors open than said nothing is cached")
    void program_manyDescriptors_unknown() {
        assertThat(look(program, 3)).isEqualTo(Program.UNKNOWN);
    }

    @Test
    @DisplayName("a start is immediate if its program and directory are in memory")
    void isImmediate_byRequest() throws IOException {
        TestRequest start = TestRequest.of(List.of(program.toString()));
        assertThat(Spawn.isImmediate(start)).isTrue();
        assertThat(Spawn.isImmediate(start.withDirectory(directory))).isTrue();
        assertThat(Spawn.isImmediate(start.withDirectory(program))).isFalse();
        assertThat(Spawn.isImmediate(start.withDirectory(Path.of("/proc")))).isFalse();
        TestRequest relative = TestRequest.of(List.of("./program"));
        assertThat(Spawn.isImmediate(relative.withDirectory(directory))).isFalse();
        Files.exists(directory.resolve("elsewhere/program"));
        TestRequest searched =
                TestRequest.of(List.of("program"))
                        .withEnvironment(Map.of("PATH", directory + "/elsewhere:" + directory));
        assertThat(Spawn.isImmediate(searched)).isTrue();
    }
}

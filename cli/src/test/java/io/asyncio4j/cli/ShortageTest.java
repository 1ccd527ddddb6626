package io.asyncio4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code run} where descriptors or memory are short; {@code .ci/smoke} has processes. */
@EnabledOnOs(OS.LINUX)
class ShortageTest {
    @TempDir private Path scratch;

    /**
     * Loading a class from a directory takes a descriptor; from a jar, as users do, it does not.
     */
    private String jars() throws IOException {
        var jars = new ArrayList<String>();
        for (String entry : Tool.classPath().split(":")) {
            Path path = Path.of(entry);
            jars.add(Files.isDirectory(path) ? pack(path, jars.size()).toString() : entry);
        }
        return String.join(":", jars);
    }

    private Path pack(Path directory, int number) throws IOException {
        Path jar = scratch.resolve(number + ".jar");
        try (var zip = new ZipOutputStream(Files.newOutputStream(jar));
                Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                zip.putNextEntry(new ZipEntry(directory.relativize(file).toString()));
                Files.copy(file, zip);
            }
        }
        return jar;
    }

    @ParameterizedTest
    @CsvSource({"carrier, default", "handoff, default", "carrier, pidfd", "handoff, pidfd"})
    void descriptorsForSomeJobs_areUsedByAllInTurn(String mode, String watcher) throws Exception {
        Path jobs = scratch.resolve("jobs");
        Files.writeString(jobs, "echo hi; sleep 0.3\n".repeat(60));

        try (var tool =
                Tool.startFrom(
                        scratch,
                        "ulimit -n 90; exec \"$@\"",
                        mode,
                        jars(),
                        "run",
                        "-j",
                        "60",
                        "--no-tag",
                        "--watcher",
                        watcher,
                        "-f",
                        jobs.toString())) {
            Tool.Outcome outcome = tool.end();

            assertThat(outcome.stderr()).contains("60 jobs: 60 ok, 0 failed");
            assertThat(outcome.status()).isZero();
            assertThat(outcome.stdout()).isEqualTo("hi\n".repeat(60));
        }
    }

    @Test
    void jobFileThatDoesNotFitIntoTheHeap_isRefusedInOneLine() throws Exception {
        Path jobs = scratch.resolve("jobs");
        byte[] line = ("echo " + "x".repeat(1018) + "\n").getBytes();
        try (OutputStream out = Files.newOutputStream(jobs)) {
            for (int i = 0; i < 64 * 1024; i++) {
                out.write(line);
            }
        }
        var options = new ArrayList<>(Tool.NATIVE_ACCESS);
        options.add("-Xmx16m");

        try (var tool = Tool.start(scratch, options, "run", "-f", jobs.toString())) {
            Tool.Outcome outcome = tool.end();

            assertThat(outcome.status()).isEqualTo(125);
            assertThat(outcome.errorLines()).hasSize(1);
            assertThat(outcome.stderr()).startsWith("asyncio4j: out of memory: ").contains("-Xmx");
        }
    }

    @Test
    void limitOfProcesses_isReadFromTheSystemsTable() {
        String table =
                "Limit                     Soft Limit           Hard Limit           Units     \n"
                        + "Max processes             60                   96364                processes \n"
                        + "Max open files            20000                20000                files     \n";

        assertThat(ProcessLimit.softLimit(table)).isEqualTo(60);
        assertThat(ProcessLimit.softLimit(table.replace("60 ", "unlimited ")))
                .isEqualTo(Long.MAX_VALUE);
        assertThat(ProcessLimit.softLimit("")).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void backlog_jobThatWasGivenBack_isNext() {
        var backlog = new Backlog(3);
        List<Integer> taken = new ArrayList<>(List.of(backlog.take(), backlog.take()));

        backlog.giveBack(2);
        backlog.giveBack(1);
        while (!backlog.isEmpty()) {
            taken.add(backlog.take());
        }

        assertThat(taken).containsExactly(1, 2, 1, 2, 3);
    }
}

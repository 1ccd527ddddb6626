package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.DEVNULL;
import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.gather;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.Task;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Logs;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.warning.RuntimeWarning;
import io.asyncio4j.warning.Warnings;
import io.asyncio4j.watcher.ChildWatcher;
import io.asyncio4j.watcher.Watchers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a process does must not depend on the watcher, nor on the loop. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@MethodSource("combinations")
record EveryWatcherTest(LoopKind loops, String watcher) {

    static Stream<Arguments> combinations() {
        return Watchers.available().stream()
                .filter(Watchers.Availability::works)
                .flatMap(each ->
                        Arrays.stream(LoopKind.values())
                                .filter(kind -> kind.fits(each.name()))
                                .map(kind -> Arguments.of(kind, each.name())));
    }

    @Test
    @DisplayName("communicate collects all, and knows how the child ended")
    void communicate_collectsAndReaps() throws Exception {
        Output output =
                run(() -> {
                    var command =
                            Command.shell("cat; echo err >&2; exit 3")
                                    .stdin(PIPE)
                                    .stdout(PIPE)
                                    .stderr(PIPE);
                    try (var p = createSubprocess(command)) {
                        return p.communicate("in\n".getBytes(UTF_8), Duration.ofMinutes(1));
                    }
                });
        assertThat(output.stdoutText()).isEqualTo("in\n");
        assertThat(output.stderrText()).isEqualTo("err\n");
        assertThat(output.status()).isNotNull();
        assertThat(output.status().returncode()).isEqualTo(3);
        assertThat(output.status().usage()).isNotNull();
    }

    @Test
    @DisplayName("many children that end at once are each told of with their own status")
    void waitFor_manyAtOnce_eachItsOwn() throws Exception {
        List<Integer> codes =
                run(() -> {
                    List<Task<Integer>> tasks = new ArrayList<>();
                    for (int i = 0; i < 40; i++) {
                        var command = Command.shell("exit " + i).stdin(DEVNULL);
                        tasks.add(
                                createTask(() -> {
                                    try (var p = createSubprocess(command)) {
                                        return p.waitFor().returncode();
                                    }
                                }));
                    }
                    return gather(tasks);
                });
        assertThat(codes).isEqualTo(IntStream.range(0, 40).boxed().toList());
    }

    @Test
    @DisplayName("a signal ends the child and is its status")
    void kill_isTheStatus() throws Exception {
        List<Integer> codes =
                run(() -> {
                    var all = new ArrayList<Integer>();
                    for (String signal : List.of("KILL", "TERM", "USR1")) {
                        try (var p = createSubprocess(Command.exec("sleep", "100"))) {
                            p.sendSignal(signal);
                            all.add(p.waitFor().returncode());
                        }
                    }
                    return all;
                });
        assertThat(codes).containsExactly(-9, -15, -10);
    }

    @Test
    @DisplayName("a core dump is told, and what was used until then")
    void coreDump_isTold(@TempDir Path directory) throws Exception {
        ExitStatus status =
                run(() -> {
                    var command =
                            Command.shell("ulimit -c unlimited; kill -SEGV $$; sleep 100")
                                    .directory(directory);
                    try (var p = createSubprocess(command)) {
                        return p.waitFor();
                    }
                });
        assertThat(status.usage()).isNotNull();
        assertThat(status.returncode()).isEqualTo(-11);
        try (var files = Files.list(directory)) {
            boolean dumped = files.findAny().isPresent();
            assertThat(status)
                    .isEqualTo(new ExitStatus.Signaled("SIGSEGV", 11, dumped, status.usage()));
            assumeTrue(dumped, "no core files here");
        }
    }

    @Test
    @DisplayName("a start that fails leaves watcher and loop as they were")
    void failedStart_changesNothing() throws Exception {
        run(() -> {
            var missing = Command.exec("/no/such/program").stdin(PIPE).stdout(PIPE);
            assertThatThrownBy(() -> createSubprocess(missing))
                    .isInstanceOf(NoSuchFileException.class)
                    .hasMessageContaining("ENOENT");
            try (var p = createSubprocess(Command.exec("true"))) {
                assertThat(p.waitFor().isSuccess()).isTrue();
            }
            return null;
        });
    }

    @Test
    @DisplayName("close kills and waits, whoever watches")
    void close_killsAndWaits() throws Exception {
        ChildProcess closed =
                run(() -> {
                    try (var p = createSubprocess(Command.exec("sleep", "100").stdout(PIPE))) {
                        return p;
                    }
                });
        assertThat(closed.returncode()).isEqualTo(-9);
    }

    /** With the watcher, and without its words about being deprecated. */
    private <T extends @Nullable Object> T run(Callable<T> body) throws Exception {
        try (var warnings = Warnings.record();
                var logs = Logs.capture();
                ChildWatcher made = Watchers.create(watcher)) {
            T result = loops.run(made, body);
            assertThat(warnings.messages(RuntimeWarning.class)).isEmpty();
            assertThat(logs.messages())
                    .noneMatch(each -> each.contains("not registered with this watcher"));
            return result;
        }
    }
}

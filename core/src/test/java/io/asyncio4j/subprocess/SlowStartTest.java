package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.setChildWatcher;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.Task;
import io.asyncio4j.os.FileLease;
import io.asyncio4j.os.NativeAccess;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.testing.Loops;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.warning.RuntimeWarning;
import io.asyncio4j.warning.Warnings;
import io.asyncio4j.watcher.SafeChildWatcher;
import io.asyncio4j.watcher.ThreadedChildWatcher;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Starts that hang, as on a file system that does not answer, and what is done meanwhile. */
@Tag("portable")
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
@EnabledOnOs(OS.LINUX)
record SlowStartTest(LoopKind loops) {

    /** More than there are threads to start children. */
    private static final int MANY = 5;

    @Test
    @DisplayName("while starts hang, callbacks run and other children start")
    void exec_hangs_loopGoesOn(@TempDir Path directory) throws Exception {
        Path script = script(directory, "echo up");
        Path other = script(directory, "other", "echo other");
        loops.run(() -> {
            var hanging = new ArrayList<Task<String>>();
            try (FileLease lease = lease(script)) {
                for (int i = 0; i < MANY; i++) {
                    hanging.add(createTask(() -> outputOf(Command.exec(script.toString()))));
                }
                while (!lease.isWaitedFor()) {
                    sleep(Duration.ofMillis(1));
                }
                assertThat(outputOf(Command.exec(other.toString()))).isEqualTo("other\n");
                assertThat(hanging).noneMatch(Task::isDone);
            }
            for (Task<String> task : hanging) {
                assertThat(await(task)).isEqualTo("up\n");
            }
            return null;
        });
    }

    @Test
    @DisplayName("a FIFO that nobody has opened for writing does not hold the loop up")
    void stdinFifo_hangs_loopGoesOn(@TempDir Path directory) throws Exception {
        Path fifo = directory.resolve("fifo");
        loops.run(() -> {
            assertThat(outputOf(Command.exec("mkfifo", fifo.toString()))).isEmpty();
            var reader = createTask(() -> outputOf(Command.exec("cat").stdin(Stdio.file(fifo))));
            sleep(Duration.ZERO);
            assertThat(outputOf(Command.shell("echo through >" + fifo))).isEmpty();
            assertThat(await(reader)).isEqualTo("through\n");
            return null;
        });
    }

    @Test
    @DisplayName("cancelled before its turn, nothing is started")
    void cancel_whileQueued_startsNothing(@TempDir Path directory) throws Exception {
        Path script = script(directory, "echo up");
        Path trace = directory.resolve("trace");
        Path touch = script(directory, "touch", "touch '" + trace + "'");
        loops.run(() -> {
            EventLoop loop = getRunningLoop();
            var hanging = new ArrayList<Future<SubprocessTransport>>();
            try (FileLease lease = lease(script)) {
                for (int i = 0; i < MANY; i++) {
                    hanging.add(begin(loop, Command.exec(script.toString())));
                }
                lease.awaitWaiter();
                var queued = begin(loop, Command.exec(touch.toString()));
                queued.cancel();
                assertThatThrownBy(() -> await(queued)).isInstanceOf(CancellationException.class);
            }
            for (Future<SubprocessTransport> each : hanging) {
                endOf(await(each));
            }
            assertThat(trace).doesNotExist();
            return null;
        });
    }

    @Test
    @DisplayName("cancelled while it starts, the child is dead when the task hears of it")
    void cancel_whileStarting_killsAndWaits(@TempDir Path directory) throws Exception {
        Path script = script(directory, "exec sleep 100");
        loops.run(() -> {
            Task<ChildProcess> creation;
            try (FileLease lease = lease(script)) {
                creation = createTask(() -> createSubprocess(Command.exec(script.toString())));
                while (!lease.isWaitedFor()) {
                    sleep(Duration.ZERO);
                }
                for (int again = 0; again < 3; again++) {
                    creation.cancel();
                    sleep(Duration.ofMillis(1));
                    assertThat(creation.isDone()).isFalse();
                }
            }
            assertThatThrownBy(() -> await(creation)).isInstanceOf(CancellationException.class);
            assertThat(children()).isEmpty();
            return null;
        });
    }

    @Test
    @DisplayName("cancelled at any other point, no child is left when the task hears of it")
    void cancel_anywhere_leavesNothing() throws Exception {
        loops.run(() -> {
            Command command = Command.exec("sleep", "100").stdin(PIPE).stdout(PIPE);
            for (int turns = 0; turns < 60; turns++) {
                var creation = createTask(() -> createSubprocess(command));
                for (int i = 0; i < turns && !creation.isDone(); i++) {
                    sleep(Duration.ZERO);
                }
                boolean late = !creation.cancel();
                if (late) {
                    await(creation).close();
                } else {
                    assertThatThrownBy(() -> await(creation))
                            .isInstanceOf(CancellationException.class);
                }
                assertThat(children()).isEmpty();
            }
            return null;
        });
    }

    @Test
    @DisplayName("a watcher that is replaced while a child starts leaves it to its successor")
    @SuppressWarnings("deprecation") // to replace a watcher is
    void setChildWatcher_whileStarting_successorTells(@TempDir Path directory) throws Exception {
        loops.assumeNativeCalls("child watchers");
        Path script = script(directory, "exit 7");
        try (var warnings = Warnings.record()) {
            ExitStatus status =
                    loops.run(
                            new SafeChildWatcher(),
                            () -> {
                                Task<ChildProcess> creation;
                                try (FileLease lease = lease(script)) {
                                    var command = Command.exec(script.toString());
                                    creation = createTask(() -> createSubprocess(command));
                                    while (!lease.isWaitedFor()) {
                                        sleep(Duration.ZERO);
                                    }
                                    setChildWatcher(new ThreadedChildWatcher());
                                }
                                try (ChildProcess p = await(creation)) {
                                    return p.waitFor();
                                }
                            });
            assertThat(status.returncode()).isEqualTo(7);
            assertThat(warnings.messages(RuntimeWarning.class)).isEmpty();
        }
    }

    @Test
    @DisplayName("a loop that is closed before the child's turn starts nothing")
    void close_whileQueued_startsNothing(@TempDir Path directory) throws Exception {
        Path script = script(directory, "exec sleep 100");
        Path trace = directory.resolve("trace");
        Path touch = script(directory, "touch", "touch '" + trace + "'");
        EventLoop loop = loops.open();
        try (FileLease lease = lease(script)) {
            for (int i = 0; i < MANY; i++) {
                loop.subprocessExec(Told::new, Command.exec(script.toString()));
            }
            loop.subprocessExec(Told::new, Command.exec(touch.toString()));
            Loops.iterate(loop);
            lease.awaitWaiter();
            loop.close();
        }
        assertThat(trace).doesNotExist();
    }

    @Test
    @DisplayName("a loop that is closed while a child starts: it is killed and reaped")
    void close_whileStarting_killsAndReaps(@TempDir Path directory) throws Exception {
        Path script = script(directory, "exec sleep 100");
        EventLoop loop = loops.open();
        var protocol = new Told();
        try (FileLease lease = lease(script)) {
            loop.subprocessExec(
                    () -> protocol, Command.exec(script.toString()).stdin(PIPE).stdout(PIPE));
            Loops.iterate(loop);
            lease.awaitWaiter();
            loop.close();
        }
        assertThat(protocol.events).isEmpty();
    }

    @Test
    @DisplayName("a loop that is closed before it hears of the child: that is killed and reaped")
    void close_afterStart_killsAndReaps() {
        EventLoop loop = loops.open();
        var protocol = new Told();
        // Another umask takes another thread, from which it arrives in a later turn.
        var command = Command.exec("sleep", "100").stdin(PIPE).stdout(PIPE);
        if (loops.hasNativeCalls()) {
            command = command.umask(022);
        }
        loop.subprocessExec(() -> protocol, command);
        Loops.iterate(loop);
        while (children().isEmpty()) {
            Thread.onSpinWait();
        }
        loop.close();
        assertThat(protocol.events).isEmpty();
    }

    /** Counts what it is told. */
    private static final class Told implements SubprocessProtocol {
        final List<String> events = new ArrayList<>();

        @Override
        public void connectionMade(BaseTransport transport) {
            events.add("made");
        }
    }

    private static Future<SubprocessTransport> begin(EventLoop loop, Command command) {
        return loop.subprocessExec(Told::new, command);
    }

    private static void endOf(SubprocessTransport transport) {
        while (transport.getExitStatus() == null) {
            sleep(Duration.ofMillis(1));
        }
    }

    private static String outputOf(Command command) throws IOException {
        try (var p = createSubprocess(command.stdout(PIPE))) {
            return p.communicate().stdoutText();
        }
    }

    private static List<ProcessHandle> children() {
        return ProcessHandle.current().children().toList();
    }

    private static Path script(Path directory, String line) throws IOException {
        return script(directory, "script", line);
    }

    /** A script, for those are never started on the loop itself. */
    private static Path script(Path directory, String name, String line) throws IOException {
        Path file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + line + "\n");
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private static FileLease lease(Path file) {
        try {
            assumeTrue(NativeAccess.available(), NativeAccess.reason());
            return FileLease.take(file);
        } catch (IOException e) {
            return abort("No leases on this file system: " + e.getMessage());
        }
    }
}

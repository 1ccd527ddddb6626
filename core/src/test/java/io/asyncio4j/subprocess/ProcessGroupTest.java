package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.os.SignalNames;
import io.asyncio4j.os.Signals;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** A child's process group as a scope. */
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record ProcessGroupTest(LoopKind loops) {

    @BeforeEach
    void needsNativeCalls() {
        loops.assumeNativeCalls("process groups");
    }

    private static final Duration NEVER = Duration.ofHours(1);

    @Test
    @DisplayName(
            "a group is terminated with its grandchildren, those that ignore it after the grace")
    void terminateGroup_endsTheStubborn() throws Exception {
        loops.run(() -> {
            var command =
                    Command.shell("(trap '' TERM; echo up; sleep 100) & sleep 100")
                            .processGroup(0)
                            .stdout(PIPE);
            try (var p = createSubprocess(command)) {
                assertThat(p.stdout().readLine()).isEqualTo("up");
                ExitStatus status = p.terminateGroup(Duration.ofMillis(100));
                assertThat(status.returncode()).isEqualTo(-15);
                // Nobody holds the pipe any more.
                assertThat(p.stdout().readLine()).isNull();
                return null;
            }
        });
    }

    @Test
    @DisplayName("a signal to a group reaches each of its members")
    void signalGroup_reachesAll() throws Exception {
        loops.run(() -> {
            var command = Command.shell("sleep 100 & echo up; wait").processGroup(0).stdout(PIPE);
            try (var p = createSubprocess(command)) {
                assertThat(p.stdout().readLine()).isEqualTo("up");
                p.signalGroup("TERM");
                assertThat(p.waitFor().returncode()).isEqualTo(-15);
                // Nobody holds the pipe any more.
                return p.stdout().readAll();
            }
        });
    }

    @Test
    @DisplayName("a group is signalled by number as by name, and 0 asks whether it is there")
    void signalGroup_byNumber() throws Exception {
        loops.run(() -> {
            var command = Command.shell("sleep 100 & echo up; wait").processGroup(0).stdout(PIPE);
            try (var p = createSubprocess(command)) {
                assertThat(p.stdout().readLine()).isEqualTo("up");
                p.signalGroup(0);
                assertThatThrownBy(() -> p.signalGroup(65))
                        .isInstanceOf(IllegalArgumentException.class)
                        .hasMessageContaining("65");
                p.signalGroup(15);
                assertThat(p.waitFor().returncode()).isEqualTo(-15);
                // Nobody holds the pipe any more.
                p.stdout().readAll();
                assertThatThrownBy(() -> p.signalGroup(0))
                        .isInstanceOf(NoSuchProcessException.class);
                return null;
            }
        });
    }

    @Test
    @DisplayName("a group can be signalled when its leader has exited")
    void signalGroup_leaderGone_reachesTheRest() throws Exception {
        loops.run(() -> {
            var command = Command.shell("sleep 100 & echo up").processGroup(0).stdout(PIPE);
            try (var p = createSubprocess(command)) {
                assertThat(p.waitFor().returncode()).isZero();
                p.signalGroup("KILL");
                assertThat(p.communicate().stdoutText()).isEqualTo("up\n");
                return null;
            }
        });
    }

    @Test
    @DisplayName("without a group of its own there is no group to signal")
    void signalGroup_noGroup_refused() throws Exception {
        loops.run(() -> {
            try (var p = createSubprocess(Command.exec("true"))) {
                assertThatThrownBy(() -> p.signalGroup("TERM"))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("processGroup(0)");
                return p.waitFor();
            }
        });
    }

    @Test
    @DisplayName("who leads a session or has a terminal leads a group, too")
    void signalGroup_sessionsAndTerminals_leadOne() throws Exception {
        loops.run(() -> {
            var sleeping = Command.exec("sleep", "100");
            for (var command : List.of(sleeping.newSession(true), sleeping.streams(Stdio.pty()))) {
                try (var p = createSubprocess(command)) {
                    p.signalGroup("TERM");
                    assertThat(p.waitFor().returncode()).isEqualTo(-15);
                }
            }
            return null;
        });
    }

    @Test
    @DisplayName("a group that does as it is told is not killed, and nobody waits for the grace")
    void terminateGroup_polite_endsWithoutKill() throws Exception {
        loops.run(() -> {
            var command =
                    Command.shell("trap 'exit 5' TERM; echo up; while :; do read x; done")
                            .processGroup(0)
                            .stdin(PIPE)
                            .stdout(PIPE);
            try (var p = createSubprocess(command)) {
                assertThat(p.stdout().readLine()).isEqualTo("up");
                assertThat(p.terminateGroup(NEVER).returncode()).isEqualTo(5);
                return null;
            }
        });
    }

    @Test
    @DisplayName("a group that is stopped hears of it nevertheless")
    void terminateGroup_stopped_isContinued() throws Exception {
        loops.run(() -> {
            var command =
                    Command.shell("trap 'exit 5' TERM; echo up; kill -STOP $$; exit 1")
                            .processGroup(0)
                            .stdout(PIPE);
            try (var p = createSubprocess(command)) {
                Path stat = Path.of("/proc/" + p.pid() + "/stat");
                while (!Files.readString(stat).contains(") T ")) {
                    sleep(Duration.ZERO);
                }
                assertThat(p.terminateGroup(NEVER).returncode()).isEqualTo(5);
                return null;
            }
        });
    }

    @Test
    @DisplayName("it waits for those that outlive the leader, and ends when they do")
    void terminateGroup_leaderEndsFirst_waitsForTheRest() throws Exception {
        loops.run(() -> {
            var command =
                    Command.shell("(trap '' TERM; echo up; exec sleep 100) & read x")
                            .processGroup(0)
                            .stdin(PIPE)
                            .stdout(PIPE);
            try (var p = createSubprocess(command)) {
                assertThat(p.stdout().readLine()).isEqualTo("up");
                var group = p.transport().getGroup();
                var end = group.terminate(NEVER);
                assertThat(p.waitFor().returncode()).isEqualTo(-15);
                assertThat(group.exists()).isTrue();
                assertThat(end.isDone()).isFalse();
                group.kill();
                await(end);
                assertThat(group.exists()).isFalse();
                assertThatThrownBy(() -> p.signalGroup("TERM"))
                        .isInstanceOf(NoSuchProcessException.class);
                p.killGroup();
                assertThat(await(group.terminate(NEVER))).isNull();
                return null;
            }
        });
    }

    @Test
    @DisplayName("who is cancelled while it waits kills at once")
    void terminateGroup_cancelled_kills() throws Exception {
        loops.run(() -> {
            var command =
                    Command.shell("trap 'echo no' TERM; echo up; while :; do read x; done")
                            .processGroup(0)
                            .stdin(PIPE)
                            .stdout(PIPE);
            try (var p = createSubprocess(command)) {
                assertThat(p.stdout().readLine()).isEqualTo("up");
                var ending = createTask(() -> p.terminateGroup(NEVER));
                assertThat(p.stdout().readLine()).isEqualTo("no");
                ending.cancel();
                assertThatThrownBy(() -> await(ending)).isInstanceOf(CancellationException.class);
                assertThat(p.waitFor().returncode()).isEqualTo(-9);
                return null;
            }
        });
    }

    @Test
    @DisplayName("several who terminate wait for one end, and the first grace counts")
    void terminate_twice_firstGraceCounts() throws Exception {
        loops.run(() -> {
            var command =
                    Command.shell("trap 'echo no' TERM; echo up; while :; do read x; done")
                            .processGroup(0)
                            .stdin(PIPE)
                            .stdout(PIPE);
            try (var p = createSubprocess(command)) {
                assertThat(p.stdout().readLine()).isEqualTo("up");
                var group = p.transport().getGroup();
                var first = group.terminate(Duration.ofMillis(200));
                assertThat(p.stdout().readLine()).isEqualTo("no");
                var second = group.terminate(NEVER);
                await(first);
                assertThat(second.isDone()).isTrue();
                assertThat(p.waitFor().returncode()).isEqualTo(-9);
                // Told once.
                assertThat(p.stdout().readAll()).isEmpty();
                return null;
            }
        });
    }

    private static boolean isThere(long group) throws IOException {
        try {
            Signals.killpg(group, 0);
            return true;
        } catch (NoSuchProcessException e) {
            return false;
        }
    }

    @Test
    @DisplayName("zombies that nobody reaps do not count as members")
    void exists_zombiesOnly_isOver() throws Exception {
        loops.run(() -> {
            // The one that starts it leaves the group, and never asks for its status. It lives for
            // longer than the shell that could have asked.
            var command =
                    Command.shell(
                                    "(sleep 100 & exec setsid sh -c 'echo $$; exec sleep 100') &"
                                            + " exit 3")
                            .processGroup(0)
                            .stdout(PIPE);
            try (var p = createSubprocess(command)) {
                long stranger = Long.parseLong(p.stdout().readLine());
                // The shell may come to its exit later than the other to its line.
                assertThat(p.waitFor().returncode()).isEqualTo(3);
                assertThat(p.terminateGroup(NEVER).returncode()).isEqualTo(3);
                boolean zombies = isThere(p.pid());
                assertThat(p.transport().getGroup().exists()).isFalse();
                Signals.kill(stranger, SignalNames.number("KILL"));
                p.stdout().readAll();
                // Once in some hundred runs the system has none left.
                assumeTrue(zombies, "no zombie is left in the group");
                return null;
            }
        });
    }

    @Test
    @DisplayName("waiting for a group does not have the loop ask every process of the system")
    void terminateGroup_waits_loopReadsLittle() throws Exception {
        assumeTrue(Files.isReadable(Path.of("/proc/thread-self/io")), "no I/O accounting");
        loops.run(() -> {
            var others = Command.shell("for i in $(seq 100); do sleep 100 & done; echo up; wait");
            var command =
                    Command.shell("(trap '' TERM; echo up; exec sleep 100) & read x")
                            .processGroup(0)
                            .stdin(PIPE)
                            .stdout(PIPE);
            try (var crowd = createSubprocess(others.processGroup(0).stdout(PIPE));
                    var p = createSubprocess(command)) {
                assertThat(crowd.stdout().readLine()).isEqualTo("up");
                assertThat(p.stdout().readLine()).isEqualTo("up");
                var group = p.transport().getGroup();
                var end = group.terminate(NEVER);
                p.waitFor();
                long before = readsOfThisThread();
                // Some ten looks, at a hundred others each.
                sleep(Duration.ofMillis(300));
                assertThat(readsOfThisThread() - before).isLessThan(300);
                group.kill();
                await(end);
                crowd.killGroup();
                return crowd.communicate();
            }
        });
    }

    private static long readsOfThisThread() throws Exception {
        return Files.readAllLines(Path.of("/proc/thread-self/io")).stream()
                .filter(line -> line.startsWith("syscr: "))
                .mapToLong(line -> Long.parseLong(line.substring(7)))
                .sum();
    }
}

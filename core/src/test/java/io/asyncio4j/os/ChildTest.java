package io.asyncio4j.os;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Signalling and reaping exclude each other, with real children. */
@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class ChildTest {
    private static final int KILL = 9;
    private static final Path LAST_PID = Path.of("/proc/sys/kernel/ns_last_pid");

    private static Child sleeper() throws IOException {
        return Children.started(Spawn.spawn(TestRequest.of(List.of("/bin/sleep", "1000"))));
    }

    private static void end(Child child) throws IOException {
        child.signal(KILL);
        WaitId.await(child.pid());
        child.reap();
    }

    @Test
    @DisplayName("everybody who asks for a pid gets the same child, until it is reaped")
    void of_sameUntilReaped() throws IOException {
        Child child = sleeper();
        assertThat(Children.of(child.pid())).isSameAs(child);
        assertThat(child.reap()).isNull();
        end(child);
        assertThat(child.isGone()).isTrue();
        assertThat(Children.of(child.pid())).isNotSameAs(child);
    }

    @Test
    @DisplayName("starting another child as a pid makes the one before gone, and is who is found")
    void started_samePid_replaces() throws IOException {
        Child before = sleeper();
        Child after = Children.started(before.pid());
        assertThat(before.isGone()).isTrue();
        assertThat(Children.of(before.pid())).isSameAs(after);
        assertThatThrownBy(() -> before.signal(KILL)).isInstanceOf(NoSuchProcessException.class);
        end(after);
    }

    @Test
    @DisplayName("a child that was reaped is neither signalled nor reaped again")
    void gone_refused() throws IOException {
        Child child = sleeper();
        end(child);
        assertThatThrownBy(() -> child.signal(KILL))
                .isInstanceOf(NoSuchProcessException.class)
                .hasMessageContaining("kill(" + child.pid() + ", SIGKILL): ESRCH");
        assertThatThrownBy(() -> child.signalGroup(KILL))
                .isInstanceOf(NoSuchProcessException.class);
        assertThatThrownBy(child::reap).isInstanceOf(NoChildException.class);
        assertThatThrownBy(() -> Children.signal(child.pid(), 0))
                .isInstanceOf(NoSuchProcessException.class);
    }

    @Test
    @DisplayName("a process that is no child of ours is not signalled")
    void signal_stranger_refused() {
        long parent = ProcessHandle.current().parent().orElseThrow().pid();
        assertThatThrownBy(() -> Children.signal(parent, 0))
                .isInstanceOf(NoSuchProcessException.class);
    }

    @Test
    @DisplayName("a child that somebody else reaped is not signalled")
    void signal_stolen_refused() throws IOException {
        Child child = sleeper();
        Signals.kill(child.pid(), KILL);
        WaitId.await(child.pid());
        WaitId.reap(child.pid());
        assertThatThrownBy(() -> child.signal(0)).isInstanceOf(NoSuchProcessException.class);
        assertThat(child.isGone()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("the group of a child that somebody else reaped is not signalled, pidfd or not")
    void signalGroup_stolen_refused(boolean withPidfd) throws IOException {
        FdPair pipe = FdTable.pipe(false, false);
        TestRequest leader =
                TestChildren.sh("sleep 1000 & echo $!")
                        .withStreams(-1, pipe.writeEnd(), -1)
                        .withNewSession();
        Child child = Children.started(Spawn.spawn(leader));
        FdTable.close(pipe.writeEnd());
        ByteBuffer line = ByteBuffer.allocate(100);
        Fds.read(pipe.readEnd(), line);
        long member =
                Long.parseLong(new String(line.array(), 0, line.position(), US_ASCII).strip());
        int pidfd = withPidfd ? Pidfd.open(child.pid()) : -1;
        child.usePidfd(pidfd);
        WaitId.await(child.pid());
        WaitId.reap(child.pid());
        assertThatThrownBy(() -> child.signalGroup(KILL))
                .isInstanceOf(NoSuchProcessException.class);
        assertThat(ProcessHandle.of(member)).hasValueSatisfying(ProcessHandle::isAlive);
        Signals.kill(member, KILL);
        FdTable.close(pipe.readEnd());
        if (withPidfd) {
            child.closePidfd(pidfd);
        }
    }

    @Test
    @DisplayName("a signal meets a zombie without harm")
    void signal_zombie_accepted() throws IOException {
        Child child = sleeper();
        child.signal(KILL);
        WaitId.await(child.pid());
        child.signal(KILL);
        assertThat(child.reap()).extracting(TestChildren::returncode).isEqualTo(-KILL);
    }

    @Test
    @DisplayName(
            "the process that gets a recycled pid is never signalled in its predecessor's name")
    void signal_recycledPid_refused() throws Exception {
        assumeTrue(Files.isWritable(LAST_PID), "setting the next pid is not permitted");
        for (int attempt = 0; attempt < 200; attempt++) {
            Child first = sleeper();
            Child polite = Children.of(first.pid());
            end(first);
            try {
                Files.writeString(LAST_PID, Long.toString(first.pid() - 1));
            } catch (IOException e) {
                assumeTrue(false, "setting the next pid is not permitted: " + e.getMessage());
            }
            long pid = Spawn.spawn(TestRequest.of(List.of("/bin/sleep", "1000")));
            Child second = Children.started(pid);
            try {
                if (pid == first.pid()) {
                    assertThatThrownBy(() -> first.signal(KILL))
                            .isInstanceOf(NoSuchProcessException.class);
                    assertThatThrownBy(() -> polite.signal(KILL))
                            .isInstanceOf(NoSuchProcessException.class);
                    assertThat(WaitId.peek(pid)).as("the stranger lives").isNull();
                    assertThat(Children.of(pid)).isSameAs(second);
                    return;
                }
            } finally {
                end(second);
            }
        }
        assumeTrue(false, "other processes were always faster to get the pid");
    }

    @ParameterizedTest
    @ValueSource(strings = {"signal", "signalGroup", "reap"})
    @DisplayName("signalling and reaping wait for whatever else is done with the child")
    void signalAndReap_excludeEachOther(String act) throws Exception {
        Child child = sleeper();
        var task =
                new FutureTask<Object>(() -> {
                    switch (act) {
                        case "signal" -> child.signal(0);
                        case "signalGroup" ->
                                assertThatThrownBy(() -> child.signalGroup(0))
                                        .as("it leads no group")
                                        .isInstanceOf(NoSuchProcessException.class);
                        default -> assertThat(child.reap()).isNull();
                    }
                    return null;
                });
        Thread thread = new Thread(task);
        synchronized (child) {
            thread.start();
            while (thread.getState() != Thread.State.BLOCKED) {
                assertThat(task).isNotDone();
            }
        }
        task.get();
        end(child);
    }

    @Test
    @DisplayName("signals that race with the reap end in the child or in an exception")
    void signal_racingReap_neverStray() throws Exception {
        for (int round = 0; round < 100; round++) {
            Child child = sleeper();
            var refused = new AtomicInteger();
            var stop = new AtomicBoolean();
            Thread signaller =
                    new Thread(() -> {
                        while (!stop.get()) {
                            try {
                                child.signal(0);
                            } catch (NoSuchProcessException e) {
                                refused.incrementAndGet();
                                return;
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        }
                    });
            signaller.start();
            end(child);
            signaller.join();
            assertThat(refused).hasValue(1);
        }
    }

    @Test
    @DisplayName("reaping any child marks the one that it was")
    void reapAny_marksChild() throws IOException {
        Child child = sleeper();
        assertThat(Children.reapAny(() -> {})).isNull();
        child.signal(KILL);
        WaitId.await(child.pid());
        assertThat(Children.reapAny(() -> {})).extracting(WaitStatus::pid).isEqualTo(child.pid());
        assertThat(child.isGone()).isTrue();
        assertThatThrownBy(() -> Children.reapAny(() -> {})).isInstanceOf(NoChildException.class);
    }

    @Test
    @DisplayName("a child that a wait for any took before it was noted as started has its status")
    void started_takenBefore_hasStatus() throws IOException {
        long pid = Spawn.spawn(TestRequest.of(List.of("/bin/sh", "-c", "exit 7")));
        WaitId.await(pid);
        assertThat(Children.reapAny(() -> {})).isNotNull();
        Child child = Children.started(pid);
        assertThat(child.isGone()).isTrue();
        assertThat(child.end()).isNotNull();
        assertThat(child.end().exitCode()).isEqualTo(7);
    }

    @Test
    @DisplayName("neither pids that were asked for once nor those never asked for leave entries")
    void entries_dropped() throws IOException {
        for (int i = 0; i < 50; i++) {
            end(sleeper());
            long unknown = Spawn.spawn(TestRequest.of(List.of("/bin/true")));
            WaitId.await(unknown);
            Children.reapAny(() -> {});
        }
        var forgotten = new ArrayList<Child>();
        for (int pid = 1; pid < 1000; pid++) {
            forgotten.add(Children.of(pid));
        }
        forgotten.clear();
        long begin = System.nanoTime();
        while (Children.size() > 0 && System.nanoTime() - begin < 20_000_000_000L) {
            System.gc();
        }
        assertThat(Children.size()).isZero();
    }
}

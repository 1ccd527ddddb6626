package io.asyncio4j.proactor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Errno;
import io.asyncio4j.os.Limits;
import io.asyncio4j.os.SignalNames;
import io.asyncio4j.os.Signals;
import io.asyncio4j.os.Spawn;
import io.asyncio4j.os.TestRequest;
import io.asyncio4j.os.UringFeatures;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** More children are waited for than by their pids. */
@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class UringWaitsTest {
    private static final int MANY = UringWaits.MOST_BY_PID + 40;

    private UringProactor proactor;
    private final List<Wait> waits = new ArrayList<>();

    @BeforeEach
    void open() throws IOException {
        String reason = UringFeatures.waitIdUnavailableReason();
        assumeTrue(reason == null, reason);
        proactor = new UringProactor();
        for (int i = 0; i < MANY; i++) {
            waits.add(new Wait(Spawn.spawn(TestRequest.of("/bin/sleep", "1000"))));
        }
    }

    @AfterEach
    void close() throws IOException {
        if (proactor != null) {
            proactor.close();
        }
        for (Wait each : waits) {
            if (!each.reaped) {
                each.kill();
                each.reap();
            }
        }
    }

    private static final class Wait extends WaitChild {
        final List<Integer> results = new ArrayList<>(1);
        private boolean reaped;

        Wait(long pid) {
            super(pid);
        }

        @Override
        protected void completed(int result, @Nullable Provided data, boolean more) {
            results.add(result);
        }

        void kill() throws IOException {
            Signals.kill(pid, SignalNames.number("KILL"));
        }

        void reap() throws IOException {
            WaitId.await(pid);
            assertThat(WaitId.reap(pid)).isNotNull();
            reaped = true;
        }
    }

    private void begin() throws IOException {
        waits.forEach(proactor::submit);
        proactor.poll(0);
        assertThat(proactor.inFlight()).isEqualTo(MANY);
    }

    private void killAll() throws IOException {
        for (Wait each : waits) {
            each.kill();
        }
    }

    private void pollAll() throws IOException {
        while (proactor.inFlight() > 0) {
            proactor.poll(-1);
        }
    }

    private void expectEach(int result) {
        assertThat(waits).allMatch(each -> each.results.equals(List.of(result)));
    }

    @Test
    @DisplayName("each exit completes its own wait, and no pidfd stays open for the others")
    void exits_areTold() throws IOException {
        begin();
        assertThat(waits)
                .filteredOn(each -> each.isByPid)
                .as("asked at each exit of any child")
                .hasSize(UringWaits.MOST_BY_PID);
        assertThat(LeakCheck.inventory()).noneMatch(each -> each.contains("pidfd"));
        for (Wait one : List.of(waits.getLast(), waits.getFirst(), waits.get(MANY / 2))) {
            one.kill();
            while (one.results.isEmpty()) {
                proactor.poll(-1);
            }
        }
        assertThat(proactor.inFlight()).isEqualTo(MANY - 3);
        killAll();
        pollAll();
        expectEach(0);
    }

    @Test
    @DisplayName("the wait for a child that other code has reaped fails")
    void reapedBefore_isTold() throws IOException {
        killAll();
        for (Wait each : waits) {
            each.reap();
        }
        waits.forEach(proactor::submit);
        pollAll();
        expectEach(-Errno.ECHILD);
    }

    @Test
    @DisplayName("the pid of a process that is no child is not waited for")
    void strangersPid_isTold() throws IOException {
        begin();
        var stranger = new Wait(ProcessHandle.current().parent().orElseThrow().pid());
        proactor.submit(stranger);
        while (stranger.results.isEmpty()) {
            proactor.poll(-1);
        }
        assertThat(stranger.results).containsExactly(-Errno.ECHILD);
    }

    @Test
    @DisplayName(
            "a child whose end was reported, but that cannot be reaped yet, is not polled again")
    void toldAgain_byPid() throws IOException {
        begin();
        Wait last = waits.getLast();
        last.kill();
        while (last.isInFlight()) {
            proactor.poll(-1);
        }
        proactor.submit(last);
        proactor.poll(0);
        assertThat(last.isByPidOnly).isTrue();
        assertThat(last.results).containsExactly(0, 0);
        assertThat(waits).filteredOn(each -> each.isByPid).hasSize(UringWaits.MOST_BY_PID);
    }

    @Test
    @DisplayName("when no descriptor is left, children are waited for all the same")
    void noDescriptor_isTold() throws IOException {
        Errno.exception("pidfd_open", 0, Errno.EMFILE); // loads classes, which takes descriptors
        Limits.Limit before = Limits.openFiles();
        Limits.setOpenFiles(new Limits.Limit(3, before.hard()));
        try {
            begin();
        } finally {
            Limits.setOpenFiles(before);
        }
        killAll();
        pollAll();
        expectEach(0);
    }

    @Test
    @DisplayName("cancelled waits end, and leave the children")
    void cancel_leavesTheChild() throws IOException {
        begin();
        waits.forEach(proactor::cancel);
        pollAll();
        expectEach(Proactor.CANCELLED);
        waits.forEach(proactor::submit);
        killAll();
        pollAll();
        assertThat(waits).allMatch(each -> each.results.equals(List.of(Proactor.CANCELLED, 0)));
    }

    @Test
    @DisplayName("another thread goes on waiting, for those as well that have ended meanwhile")
    void otherThread_continues() throws Exception {
        Thread first =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                begin();
                            } catch (IOException e) {
                                throw new AssertionError(e);
                            }
                        });
        first.join();
        waits.getLast().kill();
        waits.getFirst().kill();
        // The ends of the thread's own operations have cancelled some, or all.
        proactor.poll(0);
        for (Wait each : waits) {
            if (!each.isInFlight()) {
                proactor.submit(each);
            }
        }
        killAll();
        pollAll();
        assertThat(waits).allMatch(each -> each.results.getLast() == 0);
    }
}

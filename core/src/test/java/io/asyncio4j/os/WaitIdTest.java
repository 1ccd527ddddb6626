package io.asyncio4j.os;

import static io.asyncio4j.os.TestChildren.command;
import static io.asyncio4j.os.TestChildren.sh;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@Tag("mode-independent")
@ExtendWith(LeakCheck.class)
class WaitIdTest {
    @Test
    @DisplayName("looking and waiting leave a child to be reaped, once")
    void peek_thenReap() throws IOException {
        long pid = Spawn.spawn(command("sleep", "60"));
        assertThat(WaitId.peek(pid)).isNull();
        assertThat(WaitId.reap(pid)).isNull();
        assertThat(WaitId.reapAny()).isNull();
        Signals.kill(pid, SignalNames.number("TERM"));
        assertThat(TestChildren.returncode(WaitId.await(pid))).isEqualTo(-15);
        assertThat(WaitId.peek(pid)).isEqualTo(WaitStatus.withoutUsage(pid, 15));
        // A zombie still is a process.
        Signals.kill(pid, 0);
        assertThat(WaitId.reapAny()).extracting(WaitStatus::pid).isEqualTo(pid);
        assertThatThrownBy(() -> WaitId.peek(pid)).isInstanceOf(NoChildException.class);
        assertThatThrownBy(() -> WaitId.await(pid)).isInstanceOf(NoChildException.class);
        assertThatThrownBy(() -> WaitId.reap(pid)).isInstanceOf(NoChildException.class);
        assertThatThrownBy(() -> Signals.kill(pid, 15))
                .isInstanceOf(NoSuchProcessException.class)
                .hasMessage("kill(" + pid + ", SIGTERM): ESRCH (No such process)");
    }

    @Test
    @DisplayName("what a child used is known when it is reaped")
    void reap_tellsUsage() throws IOException {
        String busy = "i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done";
        WaitStatus usage = TestChildren.end(Spawn.spawn(sh(busy)));
        assertThat(usage.hasUsage()).isTrue();
        assertThat(usage.userMicros() + usage.systemMicros()).isBetween(1_000L, 60_000_000L);
        assertThat(usage.maxRssKiB()).isBetween(100L, 64L << 20);
    }

    private static WaitStatus word(int word) {
        return WaitStatus.withoutUsage(1, word);
    }

    @Test
    @DisplayName("raw statuses are decoded: exit, signal, core dump, and neither")
    void word_takenApart() {
        assertThat(TestChildren.returncode(word(0x0300))).isEqualTo(3);
        assertThat(TestChildren.returncode(word(0xff00))).isEqualTo(255);
        assertThat(TestChildren.returncode(word(9))).isEqualTo(-9);
        assertThat(TestChildren.returncode(word(0x80 | 11))).isEqualTo(-11);
        assertThat(word(0x80 | 11).coreDumped()).isTrue();
        assertThat(word(11).coreDumped()).isFalse();
        assertThat(word(0x80).coreDumped()).isFalse();
        assertThat(word(0x80 | 0x7f).coreDumped()).isFalse();
        assertThat(TestChildren.returncode(word(0x137f))).isEqualTo(0x137f);
    }

    @Test
    @DisplayName("a core dump is told by a look as it is by the reap")
    void coreDump_toldAlike(@TempDir Path directory) throws IOException {
        long pid =
                Spawn.spawn(
                        sh("ulimit -c unlimited; kill -SEGV $$; sleep 60")
                                .withDirectory(directory));
        WaitStatus seen = WaitId.await(pid);
        WaitStatus reaped = WaitId.reap(pid);
        assertThat(reaped).isNotNull();
        assertThat(seen.word()).isEqualTo(reaped.word());
        assertThat(TestChildren.returncode(seen)).isEqualTo(-11);
        assumeTrue(reaped.coreDumped(), "no core files here");
    }

    @Test
    @DisplayName("ids that address groups of processes are refused")
    void ids_refused() {
        for (long id : new long[] {0, -1, 1L << 32}) {
            assertThatThrownBy(() -> WaitId.reap(id)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> Signals.kill(id, 9))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Signals.killpg(1, 9)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("a pidfd is readable when its process has ended, and knows when it was reaped")
    void pidfd_life() throws IOException {
        assumeTrue(Pidfd.unavailableReason() == null);
        long pid = Spawn.spawn(command("sleep", "60"));
        int pidfd = Pidfd.open(pid);
        assertThat(FdTable.isCloseOnExec(pidfd)).isTrue();
        assertThat(Poll.isReady(pidfd, Poll.IN, 0)).isFalse();
        Pidfd.sendSignal(pidfd, SignalNames.number("KILL"));
        assertThat(Poll.isReady(pidfd, Poll.IN, -1)).isTrue();
        assertThat(TestChildren.returncode(TestChildren.end(pid))).isEqualTo(-9);
        assertThatThrownBy(() -> Pidfd.sendSignal(pidfd, 0))
                .isInstanceOf(NoSuchProcessException.class);
        assertThatThrownBy(() -> Pidfd.open(pid)).isInstanceOf(NoSuchProcessException.class);
        FdTable.close(pidfd);
    }

    @Test
    @DisplayName("why there are no pidfds is told apart")
    void pidfd_reasons() {
        assertThat(Pidfd.reason(Errno.ENOSYS)).contains("too old");
        assertThat(Pidfd.reason(Errno.EPERM)).contains("seccomp");
        assertThat(Pidfd.reason(Errno.EMFILE)).contains("ulimit");
        assertThat(Pidfd.reason(Errno.EINVAL)).contains("EINVAL");
    }
}

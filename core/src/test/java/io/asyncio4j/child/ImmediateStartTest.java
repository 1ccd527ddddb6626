package io.asyncio4j.child;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.Stdio;
import io.asyncio4j.subprocess.SubprocessProtocol;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Loops;
import io.asyncio4j.transport.BaseTransport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Which children are started on the loop's own thread. */
@ExtendWith(LeakCheck.class)
@EnabledOnOs(OS.LINUX)
class ImmediateStartTest {
    private static final Command TRUE = Command.exec("/bin/true");

    @BeforeEach
    void theProgramIsInMemory() throws Exception {
        new ProcessBuilder("/bin/true").start().waitFor();
        assumeTrue(isImmediate(TRUE), "an old kernel, or no block device below /bin");
    }

    private static boolean isImmediate(Command command) {
        try (EventLoop loop = new SelectorEventLoop()) {
            return new Spawning(loop, command, () -> {}, () -> {}).isImmediate();
        }
    }

    @Test
    @DisplayName("what may have to wait for a file system is not started on the loop")
    void isImmediate_mayWait_false(@TempDir Path directory) {
        assertThat(isImmediate(TRUE.stdin(Stdio.PIPE).stdout(Stdio.PIPE))).isTrue();
        assertThat(isImmediate(TRUE.stdout(Stdio.file(directory.resolve("out"))))).isFalse();
        assertThat(isImmediate(TRUE.streams(Stdio.pty()))).isFalse();
        assertThat(isImmediate(TRUE.umask(022))).isFalse();
        assertThat(isImmediate(Command.exec("/bin/no such program"))).isFalse();
        assertThat(isImmediate(TRUE.directory(directory.resolve("missing")))).isFalse();
    }

    @Test
    @DisplayName("a program that is in memory is started in the turn that asks for it")
    void start_immediate_connectedInTheNextTurn() {
        List<String> told = new ArrayList<>();
        try (EventLoop loop = new SelectorEventLoop()) {
            Future<@Nullable Void> lost = loop.createFuture();
            var protocol =
                    new SubprocessProtocol() {
                        @Override
                        public void connectionMade(BaseTransport transport) {
                            told.add("connected");
                        }

                        @Override
                        public void connectionLost(@Nullable Exception cause) {
                            lost.setResult(null);
                        }
                    };
            loop.callSoon(() -> {
                var _ = loop.subprocessExec(() -> protocol, TRUE);
                told.add("asked");
            });
            Loops.iterate(loop);
            assertThat(told).containsExactly("asked");
            Loops.iterate(loop);
            assertThat(told).containsExactly("asked", "connected");
            loop.runUntilComplete(lost);
        }
    }
}

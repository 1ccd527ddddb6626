package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Looking at a child in the middle of a turn, when the loop cannot have noticed its exit. */
@Tag("portable")
@ExtendWith(LeakCheck.class)
@ParameterizedClass
@EnumSource
record PeekTest(LoopKind loops) {

    /** Reports the exit. */
    private static final class Exit implements SubprocessProtocol {
        final Future<@Nullable Void> exited;

        Exit(EventLoop loop) {
            exited = loop.createFuture();
        }

        @Override
        public void processExited() {
            exited.setResult(null);
        }
    }

    @Test
    @DisplayName("an exit is seen before it is reported, and is reported all the same")
    void peek_endedChild_isSeenAtOnce(@TempDir Path directory) throws Exception {
        // Lives until this turn, in which its exit cannot be reported.
        Path life = Files.createFile(directory.resolve("life"));
        var command = Command.shell("while [ -e '" + life + "' ]; do sleep 0.01; done; exit 7");
        loops.run(() -> {
            var exit = new Exit(getRunningLoop());
            SubprocessTransport child = await(getRunningLoop().subprocessExec(() -> exit, command));
            Files.delete(life);
            ExitStatus seen = child.peekExitStatus();
            while (seen == null) {
                Thread.onSpinWait();
                seen = child.peekExitStatus();
            }
            assertThat(seen.returncode()).isEqualTo(7);
            assertThat(child.getExitStatus()).isNull();
            await(exit.exited);
            assertThat(child.peekExitStatus()).isSameAs(child.getExitStatus());
            assertThat(child.getReturncode()).isEqualTo(7);
            child.close();
            return null;
        });
    }

    @Test
    @DisplayName("the exit of a child that other code has reaped is lost")
    void peek_stolenChild_isLost() throws Exception {
        loops.assumeNativeCalls("children that can be waited for here");
        loops.run(
                HandWatcher.tellingWhenAsked(),
                () -> {
                    var exit = new Exit(getRunningLoop());
                    SubprocessTransport child =
                            await(
                                    getRunningLoop()
                                            .subprocessExec(() -> exit, Command.shell("exit 7")));
                    WaitId.await(child.getPid());
                    WaitId.reap(child.getPid());
                    assertThat(child.peekExitStatus()).isInstanceOf(ExitStatus.Lost.class);
                    child.close();
                    return null;
                });
    }

    @Test
    @DisplayName("a child that runs has no status; one that was killed has its signal")
    void peek_runningChild_isNull() throws Exception {
        loops.run(() -> {
            var exit = new Exit(getRunningLoop());
            SubprocessTransport child =
                    await(
                            getRunningLoop()
                                    .subprocessExec(() -> exit, Command.exec("sleep", "100")));
            assertThat(child.peekExitStatus()).isNull();
            child.kill();
            while (child.peekExitStatus() == null) {
                Thread.onSpinWait();
            }
            assertThat(child.peekExitStatus().returncode()).isEqualTo(loops.signalled(9));
            await(exit.exited);
            child.close();
            return null;
        });
    }
}

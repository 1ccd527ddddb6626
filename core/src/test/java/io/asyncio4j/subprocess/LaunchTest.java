package io.asyncio4j.subprocess;

import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Task;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.watcher.AbstractChildWatcher;
import io.asyncio4j.watcher.ChildHandler;
import io.asyncio4j.watcher.ThreadedChildWatcher;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a start and its watcher owe each other. */
@ExtendWith(LeakCheck.class)
class LaunchTest {

    /** Counts guards, and runs something while a child is being registered. */
    private static final class Observed extends AbstractChildWatcher {
        private final ThreadedChildWatcher real = new ThreadedChildWatcher();
        int opened;
        int closed;
        Runnable whileRegistering = () -> {};

        @Override
        public void attachLoop(@Nullable EventLoop loop) {}

        @Override
        public boolean isActive() {
            return true;
        }

        @Override
        public void addChildHandler(long pid, ChildHandler handler) {
            assertThat(opened).isGreaterThan(closed);
            whileRegistering.run();
            real.addChildHandler(pid, handler);
        }

        @Override
        public Guard enter() {
            opened++;
            return () -> closed++;
        }
    }

    @Test
    @DisplayName("each guard is open until its child is registered or will not be, and no longer")
    void guards_areClosed() throws Exception {
        var watcher = new Observed();
        LoopKind.EPOLL.run(
                watcher,
                () -> {
                    try (var p = createSubprocess(Command.exec("true"))) {
                        p.waitFor();
                    }
                    assertThatThrownBy(() -> createSubprocess(Command.exec("/no/such/program")))
                            .isInstanceOf(IOException.class);
                    var cancelled =
                            createTask(() -> createSubprocess(Command.exec("sleep", "100")));
                    sleep(Duration.ZERO);
                    cancelled.cancel();
                    assertThatThrownBy(() -> await(cancelled))
                            .isInstanceOf(CancellationException.class);
                    var loop = getRunningLoop();
                    assertThatThrownBy(() ->
                                    await(
                                            loop.subprocessExec(
                                                    () -> {
                                                        throw new IllegalStateException("no");
                                                    },
                                                    Command.exec("true"))))
                            .hasMessage("no");
                    return null;
                });
        assertThat(watcher.opened).isEqualTo(4);
        assertThat(watcher.closed).isEqualTo(4);
    }

    @Test
    @DisplayName("cancelled when the child is there and the task is about to hear of it")
    void cancel_resultIsSet_killsAndWaits() throws Exception {
        var watcher = new Observed();
        LoopKind.EPOLL.run(
                watcher,
                () -> {
                    EventLoop loop = getRunningLoop();
                    var creation = new AtomicReference<Task<Process>>();
                    // Runs after the result is set, before the task that it wakes up.
                    watcher.whileRegistering =
                            () -> loop.callSoon(() -> assertThat(creation.get().cancel()).isTrue());
                    creation.set(
                            createTask(() ->
                                    createSubprocess(Command.exec("sleep", "100").stdout(PIPE))));
                    assertThatThrownBy(() -> await(creation.get()))
                            .isInstanceOf(CancellationException.class);
                    assertThat(ProcessHandle.current().children()).isEmpty();
                    return null;
                });
    }
}

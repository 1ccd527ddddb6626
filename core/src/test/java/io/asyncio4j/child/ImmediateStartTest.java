package io.asyncio4j.child;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.selector.Selectors;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.Stdio;
import io.asyncio4j.subprocess.SubprocessProtocol;
import io.asyncio4j.subprocess.SubprocessTransport;
import io.asyncio4j.testing.CountingSelector;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.testing.Loops;
import io.asyncio4j.transport.BaseTransport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
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
    private static final Command SLEEP = Command.exec("/bin/sleep", "1000");

    @BeforeEach
    void theProgramIsInMemory() throws Exception {
        new ProcessBuilder("/bin/true").start().waitFor();
        new ProcessBuilder("/bin/sleep", "0").start().waitFor();
        assumeTrue(
                isImmediate(TRUE) && isImmediate(SLEEP),
                "an old kernel, or no block device below /bin");
    }

    private static boolean isImmediate(Command command) {
        return new SpawnStart(command).isImmediate();
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

    /** Notes what it is told, and does what a test wants in {@code connectionMade}. */
    private static final class Recording implements SubprocessProtocol {
        private final List<String> told;
        private final String name;
        private final Consumer<SubprocessTransport> whenMade;
        final Future<@Nullable Void> lost;

        Recording(
                EventLoop loop,
                List<String> told,
                String name,
                Consumer<SubprocessTransport> whenMade) {
            this.told = told;
            this.name = name;
            this.whenMade = whenMade;
            this.lost = loop.createFuture();
        }

        @Override
        public void connectionMade(BaseTransport transport) {
            told.add(name + " connected");
            whenMade.accept((SubprocessTransport) transport);
        }

        @Override
        public void connectionLost(@Nullable Exception cause) {
            lost.setResult(null);
        }
    }

    @Test
    @DisplayName("a program that is in memory is started and connected in the call that asks")
    void start_immediate_connectedInTheCall() {
        List<String> told = new ArrayList<>();
        try (EventLoop loop = new SelectorEventLoop()) {
            var protocol = new Recording(loop, told, "child", transport -> {});
            loop.callSoon(() -> {
                var start = loop.subprocessExec(() -> protocol, TRUE);
                told.add(start.isDone() ? "asked, done" : "asked");
                assertThat(start.cancel()).isFalse();
            });
            Loops.iterate(loop);
            assertThat(told).containsExactly("child connected", "asked, done");
            loop.runUntilComplete(protocol.lost);
        }
    }

    @Test
    @DisplayName("a task that starts a child goes on in the same iteration of its loop")
    void start_immediate_inTask_noIteration() throws Exception {
        var selector = new CountingSelector(Selectors.open("epoll"));
        var policy =
                new DefaultEventLoopPolicy() {
                    @Override
                    public EventLoop newEventLoop() {
                        return new SelectorEventLoop(selector);
                    }
                };
        Policies.where(policy)
                .call(() ->
                        Asyncio.run(() -> {
                            int before = selector.selects();
                            try (var process = createSubprocess(TRUE.stdout(Stdio.PIPE))) {
                                assertThat(selector.selects()).isEqualTo(before);
                                assertThat(process.communicate().stdout()).isEmpty();
                                return process.waitFor();
                            }
                        }));
    }

    @Test
    @DisplayName("a child started in connectionMade of another arrives after that, in a later turn")
    void start_inConnectionMade_arrivesLater() {
        List<String> told = new ArrayList<>();
        try (EventLoop loop = new SelectorEventLoop()) {
            var inner = new Recording(loop, told, "inner", transport -> {});
            var outer =
                    new Recording(
                            loop,
                            told,
                            "outer",
                            transport -> {
                                var start = loop.subprocessExec(() -> inner, TRUE);
                                told.add(start.isDone() ? "inner done" : "inner asked");
                            });
            loop.callSoon(() -> {
                var start = loop.subprocessExec(() -> outer, TRUE);
                told.add(start.isDone() ? "outer done" : "outer asked");
            });
            Loops.iterate(loop);
            assertThat(told).containsExactly("outer connected", "inner asked", "outer done");
            Loops.iterate(loop);
            assertThat(told).endsWith("inner connected");
            loop.runUntilComplete(inner.lost);
            loop.runUntilComplete(outer.lost);
        }
    }

    @Test
    @DisplayName("a child started in the factory of another is connected when that call returns")
    void start_inFactory_arrivesFirst() {
        List<String> told = new ArrayList<>();
        try (EventLoop loop = new SelectorEventLoop()) {
            var inner = new Recording(loop, told, "inner", transport -> {});
            var outer = new Recording(loop, told, "outer", transport -> {});
            loop.callSoon(() ->
                    loop.subprocessExec(
                            () -> {
                                assertThat(loop.subprocessExec(() -> inner, TRUE).isDone())
                                        .isTrue();
                                return outer;
                            },
                            TRUE));
            Loops.iterate(loop);
            assertThat(told).containsExactly("inner connected", "outer connected");
            loop.runUntilComplete(inner.lost);
            loop.runUntilComplete(outer.lost);
        }
    }

    @Test
    @DisplayName("a child that connectionMade closes is killed, and the future is done")
    void close_inConnectionMade_killed() throws Exception {
        LoopKind.EPOLL.run(() -> {
            EventLoop loop = getRunningLoop();
            var protocol =
                    new Recording(loop, new ArrayList<>(), "child", SubprocessTransport::close);
            var start = loop.subprocessExec(() -> protocol, SLEEP);
            assertThat(start.isDone()).isTrue();
            assertThat(start.result().isClosing()).isTrue();
            await(protocol.lost);
            assertThat(start.result().getReturncode()).isEqualTo(-9);
            return null;
        });
    }

    @Test
    @DisplayName("what connectionMade throws fails the future once the child is gone")
    void connectionMade_throws_futureFails() throws Exception {
        LoopKind.EPOLL.run(() -> {
            EventLoop loop = getRunningLoop();
            var made = loop.<SubprocessTransport>createFuture();
            var protocol =
                    new Recording(
                            loop,
                            new ArrayList<>(),
                            "child",
                            transport -> {
                                made.setResult(transport);
                                throw new IllegalStateException("made");
                            });
            var start = loop.subprocessExec(() -> protocol, SLEEP);
            assertThat(start.isDone()).isFalse();
            assertThatThrownBy(() -> await(start)).hasMessage("made");
            assertThat(made.result().getReturncode()).isEqualTo(-9);
            return null;
        });
    }

    @Test
    @DisplayName("an error of the virtual machine in connectionMade ends the loop, and the child")
    void connectionMade_throwsFatal_endsLoop() {
        try (EventLoop loop = new SelectorEventLoop()) {
            var fatal = new InternalError("made");
            var protocol =
                    new Recording(
                            loop,
                            new ArrayList<>(),
                            "child",
                            transport -> {
                                throw fatal;
                            });
            var start = new AtomicReference<Future<SubprocessTransport>>();
            loop.callSoon(() ->
                    loop.callSoon(() -> start.set(loop.subprocessExec(() -> protocol, SLEEP))));
            assertThatThrownBy(loop::runForever).isSameAs(fatal);
            assertThat(start).hasNullValue();
            while (ProcessHandle.current().children().findAny().isPresent()) {
                Loops.iterate(loop);
            }
        }
    }

    @Test
    @DisplayName("a task that is asked to end while it starts a child kills it, and ends")
    void cancelled_whileStarting_killsAndEnds() throws Exception {
        LoopKind.EPOLL.run(() -> {
            var creation =
                    createTask(() -> {
                        Asyncio.currentTask().cancel();
                        return createSubprocess(SLEEP.stdout(Stdio.PIPE));
                    });
            assertThatThrownBy(() -> await(creation)).isInstanceOf(CancellationException.class);
            assertThat(ProcessHandle.current().children()).isEmpty();
            return null;
        });
    }
}

package io.asyncio4j.child;

import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.Task;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.FileLease;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.subprocess.ChildProcess;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.subprocess.HandWatcher;
import io.asyncio4j.subprocess.SubprocessProtocol;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.testing.Loops;
import io.asyncio4j.testing.WatcherNames;
import io.asyncio4j.warning.Warnings;
import io.asyncio4j.watcher.AbstractChildWatcher;
import io.asyncio4j.watcher.ChildHandler;
import io.asyncio4j.watcher.ChildWatcher;
import io.asyncio4j.watcher.FastChildWatcher;
import io.asyncio4j.watcher.MultiLoopChildWatcher;
import io.asyncio4j.watcher.ThreadedChildWatcher;
import io.asyncio4j.watcher.Watchers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

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
                            // Started in another thread, so that there is time to cancel it.
                            createTask(() ->
                                    createSubprocess(Command.exec("sleep", "100").umask(022)));
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
                    var creation = new AtomicReference<Task<ChildProcess>>();
                    // Runs after the result is set, before the task that it wakes up.
                    watcher.whileRegistering =
                            () -> loop.callSoon(() -> assertThat(creation.get().cancel()).isTrue());
                    creation.set(
                            createTask(() ->
                                    // Arrives in a turn of its own.
                                    createSubprocess(
                                            Command.exec("sleep", "100").umask(022).stdout(PIPE))));
                    assertThatThrownBy(() -> await(creation.get()))
                            .isInstanceOf(CancellationException.class);
                    assertThat(ProcessHandle.current().children()).isEmpty();
                    return null;
                });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName("an exit that a Fast watcher has taken before the change of watchers is not lost")
    @SuppressWarnings("deprecation") // the watcher, and replacing it
    void watcherReplaced_exitWasTaken_told(boolean takenByFormer) throws Exception {
        try (var _ = Warnings.record();
                var fast = new FastChildWatcher();
                var threaded = new ThreadedChildWatcher()) {
            ChildWatcher former = takenByFormer ? fast : threaded;
            ChildWatcher successor = takenByFormer ? threaded : fast;
            var begun = new AtomicBoolean();
            var policy =
                    new DefaultEventLoopPolicy() {
                        @Override
                        public ChildWatcher getChildWatcher() {
                            if (begun.compareAndSet(false, true)) {
                                // Before the turn in which the started child arrives.
                                getRunningLoop().callSoon(() -> replace(this, successor, fast));
                            }
                            return super.getChildWatcher();
                        }

                        @Override
                        protected ChildWatcher newChildWatcher() {
                            return former;
                        }
                    };
            ExitStatus status =
                    Policies.where(policy)
                            .call(() ->
                                    Asyncio.run(() -> {
                                        // Arrives in a later turn, unlike an immediate start.
                                        var command = Command.shell("exit 7").umask(022);
                                        try (var p = createSubprocess(command)) {
                                            return p.waitFor();
                                        }
                                    }));
            assertThat(status.returncode()).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @MethodSource(WatcherNames.ALL)
    @DisplayName("a child registered with a watcher that another thread replaces then is told of")
    @SuppressWarnings("deprecation") // to replace a watcher is
    void watcherReplaced_whileRegistering_told(String name) throws Exception {
        try (var _ = Warnings.record();
                var former = Watchers.create(name)) {
            var calls = new AtomicInteger();
            var policy =
                    new DefaultEventLoopPolicy() {
                        @Override
                        public EventLoop newEventLoop() {
                            return LoopKind.fitting(name).open();
                        }

                        @Override
                        public ChildWatcher getChildWatcher() {
                            ChildWatcher found = super.getChildWatcher();
                            // The first one is asked for to open its guard.
                            if (calls.incrementAndGet() == 2) {
                                setChildWatcher(new ThreadedChildWatcher());
                            }
                            return found;
                        }

                        @Override
                        protected ChildWatcher newChildWatcher() {
                            return former;
                        }
                    };
            ExitStatus status =
                    Policies.where(policy)
                            .call(() ->
                                    Asyncio.run(() -> {
                                        policy.setEventLoop(getRunningLoop());
                                        try (var p =
                                                createSubprocess(Command.exec("sleep", "100"))) {
                                            p.kill();
                                            return p.waitFor();
                                        }
                                    }));
            assertThat(status.returncode()).isEqualTo(-9);
        }
    }

    @Test
    @DisplayName("a child is not lost, however often the watcher is replaced while it registers")
    @SuppressWarnings("deprecation") // these watchers, and to replace one
    void watcherReplaced_timeAndAgain_told() throws Exception {
        try (var _ = Warnings.record()) {
            var calls = new AtomicInteger();
            var policy =
                    new DefaultEventLoopPolicy() {
                        @Override
                        public ChildWatcher getChildWatcher() {
                            ChildWatcher found = super.getChildWatcher();
                            int call = calls.incrementAndGet();
                            if (call > 1 && call <= 20) {
                                // The one found is closed by then, and reports nothing any more.
                                var successor = new MultiLoopChildWatcher();
                                setChildWatcher(successor);
                                successor.attachLoop(null);
                            }
                            return found;
                        }

                        @Override
                        protected ChildWatcher newChildWatcher() {
                            var watcher = new MultiLoopChildWatcher();
                            watcher.attachLoop(null);
                            return watcher;
                        }
                    };
            ExitStatus status =
                    Policies.where(policy)
                            .call(() ->
                                    Asyncio.run(() -> {
                                        try (var p =
                                                createSubprocess(Command.exec("sleep", "100"))) {
                                            p.kill();
                                            return Asyncio.waitFor(
                                                    p::waitFor, Duration.ofSeconds(20));
                                        }
                                    }));
            assertThat(status.returncode()).isEqualTo(-9);
            Policies.where(policy)
                    .call(() -> {
                        policy.setChildWatcher(null);
                        return null;
                    });
        }
    }

    /** Waits for the child's end, has {@code fast} reap it, and changes the watcher. */
    @SuppressWarnings("deprecation")
    private static void replace(
            DefaultEventLoopPolicy policy, ChildWatcher successor, FastChildWatcher fast) {
        EventLoop loop = getRunningLoop();
        while (ProcessHandle.current().children().findAny().isEmpty()) {
            Thread.onSpinWait();
        }
        long pid = ProcessHandle.current().children().findAny().orElseThrow().pid();
        try {
            WaitId.await(pid);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (successor == fast) {
            policy.setChildWatcher(successor);
        }
        fast.attachLoop(loop);
        if (successor != fast) {
            policy.setChildWatcher(successor);
        }
    }

    @ParameterizedTest
    @MethodSource(WatcherNames.DEPRECATED)
    @DisplayName("through a watcher that is attached to no loop nothing is started")
    @SuppressWarnings("deprecation") // to ask for the watcher is
    void watcherInactive_startsNothing(String name, @TempDir Path directory) throws Exception {
        Path trace = directory.resolve("trace");
        try (var _ = Warnings.record()) {
            ChildWatcher inactive = Watchers.create(name);
            LoopKind.EPOLL.run(
                    inactive,
                    () -> {
                        // Attached when it is first asked for.
                        assertThat(Asyncio.getChildWatcher()).isSameAs(inactive);
                        inactive.close();
                        assertThatThrownBy(() ->
                                        createSubprocess(Command.exec("touch", trace.toString())))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("is not active");
                        return null;
                    });
            // The end of the run attached it again, to nothing.
            inactive.close();
            assertThat(trace).doesNotExist();
            if (name.equals("fast")) {
                // The start's guard was closed.
                assertThatThrownBy(() -> inactive.addChildHandler(1, (pid, returncode) -> {}))
                        .hasMessageContaining("outside of a guard");
            }
        }
    }

    @Test
    @DisplayName("the guard of a start is closed with the loop if that is closed before its turn")
    void guard_loopClosed_isClosed(@TempDir Path directory) throws Exception {
        Path script = Files.writeString(directory.resolve("script"), "#!/bin/sh\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        var watcher = new Observed();
        var policy =
                new DefaultEventLoopPolicy() {
                    @Override
                    protected ChildWatcher newChildWatcher() {
                        return watcher;
                    }
                };
        Policies.where(policy)
                .run(() -> {
                    EventLoop loop = LoopKind.EPOLL.open();
                    try (FileLease lease = FileLease.take(script)) {
                        int starts = Spawner.REGULAR + 1;
                        for (int i = 0; i < starts; i++) {
                            loop.subprocessExec(
                                    () -> new SubprocessProtocol() {},
                                    Command.exec(script.toString()));
                        }
                        Loops.iterate(loop);
                        lease.awaitWaiters(Spawner.REGULAR);
                        loop.close();
                        assertThat(watcher.opened).isEqualTo(starts);
                        assertThat(watcher.closed).isEqualTo(1);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
    }

    @Test
    @DisplayName("a callback cannot wait for a child, and is told what it can do")
    void create_inCallback_refused() throws Exception {
        LoopKind.EPOLL.run(() -> {
            EventLoop loop = getRunningLoop();
            Future<String> told = loop.createFuture();
            loop.callSoon(() -> {
                try {
                    createSubprocess(Command.exec("true")).close();
                } catch (IllegalStateException e) {
                    told.setResult(e.getMessage());
                } catch (IOException e) {
                    told.setException(e);
                }
            });
            assertThat(await(told)).contains("from a task").contains("subprocessExec");
            return null;
        });
    }

    @Test
    @DisplayName("cancelled while its exit is told in registering it: the cancellation ends")
    void cancel_exitToldWhileRegistering_ends() throws Exception {
        var watcher = HandWatcher.tellingAtOnce();
        LoopKind.EPOLL.run(
                watcher,
                () -> {
                    var creation = new AtomicReference<Task<ChildProcess>>();
                    watcher.whileRegistering(() -> assertThat(creation.get().cancel()).isTrue());
                    creation.set(
                            createTask(() -> createSubprocess(Command.exec("true").stdout(PIPE))));
                    assertThatThrownBy(() -> await(creation.get()))
                            .isInstanceOf(CancellationException.class);
                    return null;
                });
    }

    @Test
    @DisplayName("the guard of a start that was called off before its turn is closed at once")
    void guard_calledOff_isClosed(@TempDir Path directory) throws Exception {
        Path script = Files.writeString(directory.resolve("script"), "#!/bin/sh\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        var watcher = new Observed();
        LoopKind.EPOLL.run(
                watcher,
                () -> {
                    var hanging = new ArrayList<Task<ChildProcess>>();
                    try (FileLease lease = FileLease.take(script)) {
                        // More than there are threads.
                        for (int i = 0; i < 3; i++) {
                            hanging.add(
                                    createTask(() ->
                                            createSubprocess(Command.exec(script.toString()))));
                        }
                        while (!lease.isWaitedFor()) {
                            sleep(Duration.ZERO);
                        }
                        assertThat(watcher.opened).isEqualTo(3);
                        hanging.getLast().cancel();
                        assertThatThrownBy(() -> await(hanging.getLast()))
                                .isInstanceOf(CancellationException.class);
                        assertThat(watcher.closed).isEqualTo(1);
                    }
                    for (Task<ChildProcess> each : hanging.subList(0, 2)) {
                        await(each).close();
                    }
                    return null;
                });
        assertThat(watcher.closed).isEqualTo(3);
    }
}

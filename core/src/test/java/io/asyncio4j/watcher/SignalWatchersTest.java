package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.ChildSignals;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.Signals;
import io.asyncio4j.reap.Reaper;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Logs;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.testing.Properties;
import io.asyncio4j.testing.WatcherNames;
import io.asyncio4j.warning.RuntimeWarning;
import io.asyncio4j.warning.Warnings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is particular to the watchers that learn of exits by SIGCHLD. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("deprecation") // their users' business
class SignalWatchersTest {

    private Warnings.Recording warnings;
    private Logs logs;
    private Object handlerBefore;

    @BeforeEach
    void open() {
        warnings = Warnings.record();
        logs = Logs.capture();
        handlerBefore = ChildSignals.current();
    }

    @AfterEach
    void close() {
        logs.close();
        warnings.close();
        assertThat(ChildSignals.current()).isEqualTo(handlerBefore);
    }

    /** A watched child that has ended while native code had taken the handler away. */
    private static Child endedWhileReset(World world) throws Exception {
        Child[] early = new Child[1];
        world.turn(() -> early[0] = world.watchedSleeper());
        ChildSignals.reset();
        World.killed(early[0]);
        endUnnoticed(world);
        return early[0];
    }

    private static void endUnnoticed(World world) throws Exception {
        // The signal has come and gone by the time this returns.
        try (var other = new World(new ThreadedChildWatcher(), LoopKind.EPOLL)) {
            other.fence();
        }
        world.turn(() -> {});
    }

    @ParameterizedTest
    @MethodSource(WatcherNames.DEPRECATED)
    @DisplayName("a handler that native code has reset is put back and reported at the next add")
    void handlerReset_repaired(String name) throws Exception {
        try (var world = new World(Watchers.create(name), LoopKind.EPOLL)) {
            Child early = endedWhileReset(world);
            assertThat(world.reported).isEmpty();
            world.fence();
            world.untilReported(1);
            assertThat(world.returncodes(early.pid())).containsExactly(-9);
            assertThat(warnings.messages(RuntimeWarning.class))
                    .singleElement()
                    .asString()
                    .contains("SIGCHLD handler")
                    .contains("reset to the default action")
                    .contains("installed again");
        }
    }

    @ParameterizedTest
    @MethodSource(WatcherNames.DEPRECATED)
    @DisplayName("with warnings as errors a lost handler is put back and made up for all the same")
    void handlerReset_warningIsError_repaired(String name) throws Exception {
        try (var world = new World(Watchers.create(name), LoopKind.EPOLL)) {
            Child early = endedWhileReset(world);
            warnings.close();
            try (var _ = Properties.set("asyncio4j.warnings", "error")) {
                world.turn(() ->
                        assertThatThrownBy(world::watchedSleeper)
                                .isInstanceOf(RuntimeWarning.class)
                                .hasMessageContaining("installed again"));
            }
            world.untilReported(1);
            assertThat(world.returncodes(early.pid())).containsExactly(-9);
        }
    }

    @ParameterizedTest
    @MethodSource(WatcherNames.DEPRECATED)
    @DisplayName("another library's handler that took the place is called as well from then on")
    void handlerReplaced_both(String name) throws Exception {
        var calls = new AtomicInteger();
        Signals.Installation theirs;
        try (var world = new World(Watchers.create(name), LoopKind.EPOLL)) {
            theirs = Signals.install("CHLD", _ -> calls.incrementAndGet());
            world.fence();
            assertThat(warnings.messages(RuntimeWarning.class))
                    .singleElement()
                    .asString()
                    .contains("replaced by");
            int before = calls.get();
            world.fence();
            World.await(() -> calls.get() > before);
        }
        assertThat(ChildSignals.current()).as("left when ours went").isSameAs(theirs.handler());
        ChildSignals.set(handlerBefore);
    }

    @ParameterizedTest
    @ValueSource(strings = {"multiloop", "safe"})
    @DisplayName("a scan that fails for one child is reported, and the others are told")
    void scanFails_reported(String name) throws Exception {
        long[] bad = new long[1];
        var registry =
                new Registry(child -> {
                    if (child.pid() == bad[0]) {
                        throw new IOException("scan");
                    }
                    return Reaper.reap(child);
                });
        ChildWatcher watcher =
                name.equals("safe")
                        ? new SafeChildWatcher(registry)
                        : new MultiLoopChildWatcher(registry);
        try (var world = new World(watcher, LoopKind.EPOLL)) {
            Child[] child = new Child[1];
            world.turn(() -> child[0] = world.watchedSleeper());
            bad[0] = child[0].pid();
            World.killed(child[0]);
            if (name.equals("safe")) {
                world.until(() -> !world.failures.isEmpty());
                assertThat(world.failures.getFirst().exception()).hasMessageContaining("scan");
                assertThat(world.failures.getFirst().details()).containsEntry("source", watcher);
            } else {
                World.await(() -> logs.messages().stream().anyMatch(t -> t.contains("failed")));
            }
            world.fence();
            assertThat(world.reported).isEmpty();
            bad[0] = 0;
            world.fence();
            world.untilReported(1);
            assertThat(world.returncodes(child[0].pid())).containsExactly(-9);
        }
    }

    @Test
    @DisplayName(
            "Safe reports a look that fails while a child is registered, and has registered it")
    void safe_lookFailsAtAdd_reported() throws Exception {
        var bad = new AtomicBoolean(true);
        var registry =
                new Registry(child -> {
                    if (bad.get()) {
                        throw new IOException("look");
                    }
                    return Reaper.reap(child);
                });
        try (var world = new World(new SafeChildWatcher(registry), LoopKind.EPOLL)) {
            long[] pid = new long[1];
            world.turn(() -> pid[0] = world.watched("exit 3"));
            assertThat(world.failures.getFirst().exception()).hasMessageContaining("look");
            bad.set(false);
            world.fence();
            world.untilReported(1);
            assertThat(world.returncodes(pid[0])).containsExactly(3);
        }
    }

    @Test
    @DisplayName("an error that must end the loop is not reported as a failed scan")
    void scan_fatalError_propagates() throws Exception {
        var registry =
                new Registry(_ -> {
                    throw new OutOfMemoryError("test");
                });
        try (var world = new World(new SafeChildWatcher(registry), LoopKind.EPOLL)) {
            Child child = world.sleeper();
            assertThatThrownBy(() -> world.watcher.addChildHandler(child.pid(), world.recorder))
                    .isInstanceOf(OutOfMemoryError.class);
            assertThat(world.failures).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"safe", "fast"})
    @DisplayName("only a loop of the main thread can be attached")
    void attach_otherThread_refused(String name) throws Exception {
        ChildWatcher watcher = Watchers.create(name);
        var task =
                new FutureTask<Void>(() -> {
                    try (var loop = new SelectorEventLoop()) {
                        assertThatThrownBy(() -> watcher.attachLoop(loop))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("main thread");
                    }
                    return null;
                });
        new Thread(task).start();
        task.get();
        assertThat(watcher.isActive()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"safe", "fast"})
    @DisplayName("active only while attached to a loop that runs")
    void isActive_attachedAndRunning(String name) throws Exception {
        try (var world = new World(Watchers.create(name), LoopKind.EPOLL)) {
            assertThat(world.watcher.isActive()).isFalse();
            world.turn(() -> assertThat(world.watcher.isActive()).isTrue());
            world.watcher.attachLoop(null);
            world.turn(() -> assertThat(world.watcher.isActive()).isFalse());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"safe", "fast"})
    @DisplayName("detaching with handlers pending warns; attaching another loop scans at once")
    void attachOtherLoop_scans(String name) throws Exception {
        try (var world = new World(Watchers.create(name), LoopKind.EPOLL);
                var other = new SelectorEventLoop()) {
            Child[] child = new Child[1];
            world.turn(() -> child[0] = world.watchedSleeper());
            world.watcher.attachLoop(null);
            assertThat(warnings.messages(RuntimeWarning.class))
                    .containsExactly(
                            "A loop is being detached from a child watcher with pending handlers");
            world.watcher.attachLoop(null);
            assertThat(warnings.messages(RuntimeWarning.class)).as("detached already").hasSize(1);
            World.killed(child[0]);
            endUnnoticed(world);
            assertThat(world.reported).isEmpty();
            world.watcher.attachLoop(other);
            World.turn(other, () -> {});
            assertThat(world.returncodes(child[0].pid())).containsExactly(-9);
            world.watcher.attachLoop(world.loop);
            world.fence();
            assertThat(warnings.messages(RuntimeWarning.class)).hasSize(1);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"safe", "fast"})
    @DisplayName("a loop that was closed is no loop; the next one takes over")
    void loopClosed_nextTakesOver(String name) throws Exception {
        try (var world = new World(Watchers.create(name), LoopKind.EPOLL);
                var other = new SelectorEventLoop()) {
            Child[] child = new Child[1];
            world.turn(() -> child[0] = world.watchedSleeper());
            world.loop.close();
            World.killed(child[0]);
            world.watcher.attachLoop(other);
            World.turn(other, () -> {});
            assertThat(world.returncodes(child[0].pid())).containsExactly(-9);
            world.watcher.close();
        }
    }

    @ParameterizedTest
    @MethodSource(WatcherNames.DEPRECATED)
    @DisplayName("close drops the handlers first, and says nothing")
    void close_pending_silent(String name) throws Exception {
        try (var world = new World(Watchers.create(name), LoopKind.EPOLL)) {
            Child[] child = new Child[1];
            world.turn(() -> child[0] = world.watchedSleeper());
            world.watcher.close();
            assertThat(warnings.messages(RuntimeWarning.class)).isEmpty();
            World.killed(child[0]);
            world.turn(() -> {});
            assertThat(world.reported).isEmpty();
            assertThat(world.watcher.isActive()).isFalse();
        }
    }

    @Test
    @DisplayName("MultiLoop is active after its first attach, whatever is attached, until closed")
    void multiLoop_isActive() {
        var watcher = new MultiLoopChildWatcher();
        assertThat(watcher.isActive()).isFalse();
        watcher.attachLoop(null);
        assertThat(watcher.isActive()).isTrue();
        watcher.attachLoop(null);
        watcher.close();
        assertThat(watcher.isActive()).isFalse();
    }

    @Test
    @DisplayName("MultiLoop restores the handler that it found")
    void multiLoop_close_restores() {
        Signals.Installation found = Signals.install("CHLD", _ -> {});
        try {
            var watcher = new MultiLoopChildWatcher();
            watcher.attachLoop(null);
            assertThat(ChildSignals.current()).isNotSameAs(found.handler());
            watcher.close();
            assertThat(ChildSignals.current()).isSameAs(found.handler());
            assertThat(logs.messages()).isEmpty();
        } finally {
            ChildSignals.set(handlerBefore);
        }
    }

    @Test
    @DisplayName("MultiLoop leaves a handler that replaced its own, and warns")
    void multiLoop_closeReplaced_leaves() {
        var watcher = new MultiLoopChildWatcher();
        watcher.attachLoop(null);
        Signals.Installation theirs = Signals.install("CHLD", _ -> {});
        try {
            watcher.close();
            assertThat(ChildSignals.current()).isSameAs(theirs.handler());
            assertThat(logs.messages())
                    .singleElement()
                    .asString()
                    .contains("SIGCHLD handler was changed by outside code");
        } finally {
            ChildSignals.set(handlerBefore);
        }
    }

    @Test
    @DisplayName("MultiLoop tells loops of other threads, and needs one that runs")
    void multiLoop_otherThreads() throws Exception {
        try (var world = new World(new MultiLoopChildWatcher(), LoopKind.EPOLL)) {
            assertThatThrownBy(() -> world.watcher.addChildHandler(1, world.recorder))
                    .isInstanceOf(IllegalStateException.class);
            OtherThreads.toldThere(world);
        }
    }

    @Test
    @DisplayName("MultiLoop logs a child whose loop is closed, and reaps it")
    void multiLoop_loopClosed_logged() throws Exception {
        try (var world = new World(new MultiLoopChildWatcher(), LoopKind.EPOLL)) {
            Child[] child = new Child[1];
            world.turn(() -> child[0] = world.watchedSleeper());
            world.loop.close();
            child[0].signal(World.KILL);
            World.await(() -> !logs.messages().isEmpty());
            assertThat(logs.messages())
                    .containsExactly(
                            "Loop "
                                    + world.loop
                                    + " that handles pid "
                                    + child[0].pid()
                                    + " is closed");
            assertThat(Children.exists(child[0].pid())).isFalse();
        }
    }

    @Test
    @DisplayName("Safe tells on the next loop what the last one did not get round to")
    void safe_loopClosedBeforeTelling_nextTells() throws Exception {
        try (var world = new World(new SafeChildWatcher(), LoopKind.EPOLL);
                var other = new SelectorEventLoop()) {
            Child[] child = new Child[1];
            world.turn(() -> {
                child[0] = world.ended("exit 8");
                world.watcher.addChildHandler(child[0].pid(), world.recorder);
            });
            world.loop.close();
            assertThat(child[0].isGone()).isTrue();
            assertThat(world.reported).isEmpty();
            world.watcher.attachLoop(other);
            World.turn(other, () -> {});
            World.turn(other, () -> {});
            assertThat(world.returncodes(child[0].pid())).containsExactly(8);
            world.watcher.close();
        }
    }

    @Test
    @DisplayName("Safe keeps an exit for the next loop if its own closes while it reaps")
    void safe_loopClosedWhileReaping_nextTells() throws Exception {
        var closing = new ArrayList<EventLoop>();
        var registry =
                new Registry(child -> {
                    ExitStatus exit = Reaper.reap(child);
                    closing.forEach(EventLoop::close);
                    return exit;
                });
        try (var world = new World(new SafeChildWatcher(registry), LoopKind.EPOLL);
                var other = new SelectorEventLoop()) {
            Child child = world.ended("exit 8");
            closing.add(world.loop);
            world.watcher.addChildHandler(child.pid(), world.recorder);
            assertThat(child.isGone()).isTrue();
            assertThat(world.reported).isEmpty();
            world.watcher.attachLoop(other);
            World.turn(other, () -> {});
            World.turn(other, () -> {});
            assertThat(world.returncodes(child.pid())).containsExactly(8);
            assertThat(logs.messages()).isEmpty();
            world.watcher.close();
        }
    }

    @Test
    @DisplayName("Safe takes children while detached, and tells of them when attached")
    void safe_addDetached_toldLater() throws Exception {
        try (var world = new World(new SafeChildWatcher(), LoopKind.EPOLL)) {
            world.watcher.attachLoop(null);
            Child child = world.ended("exit 8");
            world.watcher.addChildHandler(child.pid(), world.recorder);
            world.turn(() -> {});
            assertThat(world.reported).isEmpty();
            world.watcher.attachLoop(world.loop);
            world.untilReported(1);
            assertThat(world.returncodes(child.pid())).containsExactly(8);
        }
    }
}

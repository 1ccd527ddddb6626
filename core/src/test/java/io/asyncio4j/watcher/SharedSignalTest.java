package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.ChildSignals;
import io.asyncio4j.os.Signals;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Logs;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.testing.WatcherNames;
import io.asyncio4j.warning.RuntimeWarning;
import io.asyncio4j.warning.Warnings;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Several that want SIGCHLD, and loops that take over from each other. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("deprecation") // their users' business
class SharedSignalTest {

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

    /** A child that was reaped by a scan, its handler about to run in the loop's next turn. */
    private static Child reapedUntold(World world) throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> {
            child[0] = world.watchedSleeper();
            World.killed(child[0]);
            world.watcher.attachLoop(world.loop);
        });
        assertThat(child[0].isGone()).isTrue();
        assertThat(world.reported).isEmpty();
        return child[0];
    }

    @ParameterizedTest
    @ValueSource(strings = {"safe", "fast"})
    @DisplayName("an exit that one loop has not got round to telling is told by the next, once")
    void attachOther_exitUntold_toldThere(String name) throws Exception {
        try (var world = new World(Watchers.create(name), LoopKind.EPOLL);
                var other = new SelectorEventLoop()) {
            Child child = reapedUntold(world);
            world.watcher.attachLoop(other);
            World.turn(other, () -> {});
            World.turn(other, () -> {});
            assertThat(world.returncodes(child.pid())).containsExactly(-9);
            world.turn(() -> {});
            assertThat(world.reported).hasSize(1);
            world.watcher.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"safe", "fast"})
    @DisplayName("an exit whose loop was closed before telling is handed over as well")
    void handOver_exitUntold_toldOnFallback(String name) throws Exception {
        try (var world = new World(Watchers.create(name), LoopKind.EPOLL);
                var other = new SelectorEventLoop()) {
            Child child = reapedUntold(world);
            world.loop.close();
            ((AbstractChildWatcher) world.watcher).handOver(new ThreadedChildWatcher(), other);
            world.watcher.close();
            World.turn(other, () -> {});
            World.turn(other, () -> {});
            assertThat(world.returncodes(child.pid())).containsExactly(-9);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"safe", "fast"})
    @DisplayName("closing a watcher leaves the one that was attached to the same loop at work")
    void close_anotherOnSameLoop_hears(String name) throws Exception {
        try (var world = new World(Watchers.create(name), LoopKind.EPOLL);
                var successor = Watchers.create(name)) {
            successor.attachLoop(world.loop);
            world.watcher.close();
            Child[] child = new Child[1];
            world.turn(() -> {
                try (var _ = successor.enter()) {
                    child[0] = world.sleeper();
                    successor.addChildHandler(child[0].pid(), world.recorder);
                }
            });
            child[0].signal(World.KILL);
            world.untilReported(1);
            assertThat(world.returncodes(child[0].pid())).containsExactly(-9);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"safe", "fast"})
    @DisplayName("the loop's own handler of SIGCHLD, added by somebody, is called as well")
    void loopHandlerReplaced_both(String name) throws Exception {
        var calls = new AtomicInteger();
        try (var world = new World(Watchers.create(name), LoopKind.EPOLL)) {
            world.loop.addSignalHandler("CHLD", calls::incrementAndGet);
            Child[] child = new Child[1];
            world.turn(() -> child[0] = world.watchedSleeper());
            assertThat(warnings.messages(RuntimeWarning.class))
                    .singleElement()
                    .asString()
                    .contains("replaced by");
            child[0].signal(World.KILL);
            world.untilReported(1);
            world.until(() -> calls.get() > 0 || poke(world));
            world.watcher.close();
            calls.set(0);
            Signals.raise("CHLD");
            world.until(() -> calls.get() > 0 || poke(world));
        }
    }

    /** Has the loop look again at what it waits for. */
    static boolean poke(World world) {
        world.loop.callSoonThreadsafe(world::check);
        return false;
    }

    @ParameterizedTest
    @MethodSource(WatcherNames.DEPRECATED)
    @DisplayName("two watchers do not outbid each other for the signal, and both hear")
    void twoWatchers_shareSignal(String name) throws Exception {
        try (var one = new World(Watchers.create(name), LoopKind.EPOLL);
                var two = new World(Watchers.create("multiloop"), LoopKind.EPOLL)) {
            for (int i = 0; i < 4; i++) {
                if (!name.equals("fast")) {
                    two.fence();
                }
                one.fence();
            }
            assertThat(warnings.messages(RuntimeWarning.class)).hasSize(1);
        } finally {
            ChildSignals.set(handlerBefore);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"safe", "fast"})
    @DisplayName("closing the loop leaves another library's handler in place")
    void loopClosed_foreignHandler_stays(String name) throws Exception {
        var calls = new AtomicInteger();
        try (var world = new World(Watchers.create(name), LoopKind.EPOLL)) {
            Signals.Installation theirs = Signals.install("CHLD", _ -> calls.incrementAndGet());
            world.watcher.close();
            assertThat(ChildSignals.current()).isSameAs(theirs.handler());
            world.loop.close();
            assertThat(ChildSignals.current()).isSameAs(theirs.handler());
        } finally {
            ChildSignals.set(handlerBefore);
        }
    }

    @Test
    @DisplayName("a handler that was reset twice is put back twice, and goes without a trace")
    void resetTwice_repairedAndRestored() throws Exception {
        try (var world = new World(new SafeChildWatcher(), LoopKind.EPOLL)) {
            for (int i = 0; i < 2; i++) {
                ChildSignals.reset();
                world.fence();
            }
            assertThat(warnings.messages(RuntimeWarning.class)).hasSize(2);
            world.loop.close();
            world.watcher.close();
        }
    }

    @Test
    @DisplayName("what was handled before a handler that had to be repaired is restored")
    void repaired_close_restoresFormer() throws Exception {
        Signals.Installation former = Signals.install("CHLD", _ -> {});
        try {
            try (var world = new World(new SafeChildWatcher(), LoopKind.EPOLL)) {
                ChildSignals.reset();
                world.fence();
            }
            assertThat(ChildSignals.current()).isSameAs(former.handler());
        } finally {
            ChildSignals.set(handlerBefore);
        }
    }

    @Test
    @DisplayName("MultiLoop looks for what has ended while it was not attached")
    void multiLoop_endedBeforeAttach_told() throws Exception {
        try (var world = new World(new MultiLoopChildWatcher(), LoopKind.EPOLL)) {
            world.watcher.close();
            Child[] child = new Child[1];
            world.turn(() -> child[0] = world.watchedSleeper());
            World.killed(child[0]);
            world.turn(() -> {});
            assertThat(world.reported).isEmpty();
            world.watcher.attachLoop(world.loop);
            world.untilReported(1);
            assertThat(world.returncodes(child[0].pid())).containsExactly(-9);
        }
    }

    @ParameterizedTest
    @MethodSource(WatcherNames.DEPRECATED)
    @DisplayName("a handler that native code has replaced is put back and reported at the next add")
    void replacedByNative_repaired(String name) throws Exception {
        try (var world = new World(Watchers.create(name), LoopKind.EPOLL)) {
            ChildSignals.ignore();
            Child[] child = new Child[1];
            // It must not end while its end would be ignored.
            world.turn(() -> child[0] = world.watchedSleeper());
            child[0].signal(World.KILL);
            world.untilReported(1);
            assertThat(warnings.messages(RuntimeWarning.class))
                    .singleElement()
                    .asString()
                    .contains("replaced by native code");
            assertThat(ChildSignals.areIgnored()).isFalse();
        }
    }
}

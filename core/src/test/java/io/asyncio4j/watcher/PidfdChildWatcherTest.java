package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Limits;
import io.asyncio4j.os.Pidfd;
import io.asyncio4j.selector.NioSelector;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LibraryClasses;
import io.asyncio4j.testing.Logs;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.testing.Properties;
import io.asyncio4j.warning.RuntimeWarning;
import io.asyncio4j.warning.Warnings;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is particular to {@link PidfdChildWatcher}. */
@ExtendWith(LeakCheck.class)
class PidfdChildWatcherTest {

    private World world;
    private Warnings.Recording warnings;
    private Logs logs;

    @BeforeEach
    void open() {
        warnings = Warnings.record();
        logs = Logs.capture();
        world = new World(new PidfdChildWatcher(), LoopKind.EPOLL);
    }

    @AfterEach
    void close() throws Exception {
        world.close();
        logs.close();
        warnings.close();
        assertThat(world.failures).isEmpty();
    }

    private static long pidfds() throws IOException {
        long count = 0;
        for (String fd : new File("/proc/self/fd").list()) {
            try {
                if (Files.readSymbolicLink(Path.of("/proc/self/fd", fd))
                        .toString()
                        .contains("pidfd")) {
                    count++;
                }
            } catch (IOException closed) {
                continue;
            }
        }
        return count;
    }

    /** Those of children that run go on; one of a test before may yet have to end. */
    private static void awaitWaitingThreads(long count) {
        World.await(() ->
                Thread.getAllStackTraces().keySet().stream()
                                .filter(thread -> thread.getName().startsWith("asyncio-waitpid"))
                                .count()
                        == count);
    }

    @Test
    @DisplayName("a child costs a descriptor and no thread, until it is told of or removed")
    void add_oneDescriptor_noThread() throws Exception {
        Child[] child = new Child[2];
        world.turn(() -> {
            child[0] = world.watchedSleeper();
            child[1] = world.watchedSleeper();
        });
        assertThat(pidfds()).isEqualTo(2);
        awaitWaitingThreads(0);
        world.turn(() -> world.watcher.removeChildHandler(child[0].pid()));
        assertThat(pidfds()).isEqualTo(1);
        child[1].signal(World.KILL);
        world.untilReported(1);
        assertThat(pidfds()).isZero();
    }

    @Test
    @DisplayName("it is always active; closing it calls nothing off")
    void close_nothing() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> child[0] = world.watchedSleeper());
        world.watcher.attachLoop(null);
        world.watcher.close();
        assertThat(world.watcher.isActive()).isTrue();
        child[0].signal(World.KILL);
        world.untilReported(1);
    }

    @Test
    @DisplayName("registering needs a running loop")
    void add_noRunningLoop_refused() {
        assertThatThrownBy(() -> world.watcher.addChildHandler(1, world.recorder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no running event loop");
    }

    @Test
    @DisplayName("a loop of another thread is told in that thread")
    void loopInOtherThread_told() throws Exception {
        OtherThreads.toldThere(world);
    }

    @Test
    @DisplayName("without a descriptor a thread waits, and a warning says so")
    void outOfDescriptors_threadWaits() throws Exception {
        LibraryClasses.load();
        Limits.Limit before = Limits.openFiles();
        Child[] child = new Child[1];
        world.turn(() -> {
            child[0] = world.sleeper();
            Limits.setOpenFiles(new Limits.Limit(3, before.hard()));
            try {
                world.watcher.addChildHandler(child[0].pid(), world.recorder);
            } finally {
                Limits.setOpenFiles(before);
            }
        });
        awaitWaitingThreads(1);
        assertThat(warnings.messages(RuntimeWarning.class))
                .singleElement()
                .asString()
                .contains("EMFILE");
        child[0].signal(World.KILL);
        world.untilReported(1);
        assertThat(world.returncodes(child[0].pid())).containsExactly(-9);
    }

    @Test
    @DisplayName("without a descriptor a thread waits even if warnings are errors")
    void outOfDescriptors_warningIsError_threadWaits() throws Exception {
        LibraryClasses.load();
        Limits.Limit before = Limits.openFiles();
        warnings.close();
        var thrown = new ArrayList<RuntimeWarning>();
        Child[] child = new Child[1];
        world.turn(() -> {
            child[0] = world.sleeper();
            try (var _ = Properties.set("asyncio4j.warnings", "error")) {
                Limits.setOpenFiles(new Limits.Limit(3, before.hard()));
                world.watcher.addChildHandler(child[0].pid(), world.recorder);
            } catch (RuntimeWarning e) {
                thrown.add(e);
            } finally {
                Limits.setOpenFiles(before);
            }
        });
        assertThat(thrown).singleElement().asString().contains("EMFILE");
        child[0].signal(World.KILL);
        world.untilReported(1);
        assertThat(world.returncodes(child[0].pid())).containsExactly(-9);
    }

    @Test
    @DisplayName("on a loop without descriptors a thread waits")
    void nioLoop_threadWaits() throws Exception {
        try (var nio =
                new World(new PidfdChildWatcher(), new SelectorEventLoop(new NioSelector()))) {
            Child[] child = new Child[1];
            nio.turn(() -> child[0] = nio.watchedSleeper());
            nio.turn(() -> {}); // in which it finds out
            assertThat(pidfds()).isZero();
            awaitWaitingThreads(1);
            child[0].signal(World.KILL);
            nio.untilReported(1);
        }
    }

    @Test
    @DisplayName("a second registration from another loop moves the child there")
    void add_fromOtherLoop_moves() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> child[0] = world.watchedSleeper());
        int[] told = new int[1];
        try (EventLoop other = new SelectorEventLoop()) {
            World.turn(
                    other,
                    () ->
                            world.watcher.addChildHandler(
                                    child[0].pid(),
                                    (pid, returncode) -> {
                                        told[0] = returncode;
                                        other.stop();
                                    }));
            world.turn(() -> {}); // in which the former loop lets its descriptor go
            assertThat(pidfds()).isEqualTo(1);
            child[0].signal(World.KILL);
            other.runForever();
        }
        world.fence();
        assertThat(told[0]).isEqualTo(-9);
        assertThat(world.reported).isEmpty();
    }

    @Test
    @DisplayName("children of a loop that was closed are reaped when a new loop comes")
    void loopClosed_reapedLater() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> child[0] = world.watchedSleeper());
        world.loop.close();
        child[0].signal(World.KILL);
        try (EventLoop other = new SelectorEventLoop()) {
            World.turn(
                    other,
                    () -> {
                        Child next = world.ended("exit 0");
                        world.watcher.addChildHandler(next.pid(), (pid, returncode) -> {});
                    });
        }
        World.await(() -> !exists(child[0].pid()));
        assertThat(pidfds()).isZero();
        World.await(() -> logs.messages().stream().anyMatch(text -> text.endsWith("is closed")));
        assertThat(world.reported).isEmpty();
    }

    @Test
    @DisplayName("a child that is asked for elsewhere on its way to a loop is told of there")
    void add_onItsWayToOtherLoop_moves() throws Exception {
        try (EventLoop first = new SelectorEventLoop()) {
            Child child = world.sleeper();
            adopt(child, first);
            world.turn(() -> world.watcher.addChildHandler(child.pid(), world.recorder));
            World.turn(first, () -> {});
            assertThat(pidfds()).isEqualTo(1);
            child.signal(World.KILL);
            world.untilReported(1);
            assertThat(world.returncodes(child.pid())).containsExactly(-9);
        }
    }

    @Test
    @DisplayName("a child on its way to a loop that is closed is reaped when a new loop comes")
    void loopClosedOnTheWay_reapedLater() throws Exception {
        Child child = world.sleeper();
        EventLoop first = new SelectorEventLoop();
        adopt(child, first);
        first.close();
        child.signal(World.KILL);
        world.fence();
        World.await(() -> !exists(child.pid()));
        World.await(() -> logs.messages().stream().anyMatch(text -> text.endsWith("is closed")));
        assertThat(world.reported).isEmpty();
    }

    private void adopt(Child child, EventLoop loop) {
        ((AdoptingChildWatcher) world.watcher)
                .adopt(
                        child.pid(),
                        loop,
                        (pid, returncode) -> {
                            throw new AssertionError("replaced, or its loop closed");
                        });
    }

    @Test
    @DisplayName("a child removed by another thread leaves nothing when its loop is closed then")
    void removedElsewhere_loopClosed_noDescriptor() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> {
            child[0] = world.watchedSleeper();
            var removal = new FutureTask<>(() -> world.watcher.removeChildHandler(child[0].pid()));
            new Thread(removal).start();
            assertThat(removal.get()).isTrue();
        });
        assertThat(pidfds()).isEqualTo(1);
        world.loop.close();
        assertThat(pidfds()).isZero();
    }

    @Test
    @DisplayName("a child removed by another thread leaves nothing after its loop's next turn")
    void removedElsewhere_nextTurn_noDescriptor() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> {
            child[0] = world.watchedSleeper();
            var removal = new FutureTask<>(() -> world.watcher.removeChildHandler(child[0].pid()));
            new Thread(removal).start();
            assertThat(removal.get()).isTrue();
        });
        world.turn(() -> {});
        assertThat(pidfds()).isZero();
        int next = Pidfd.open(child[0].pid());
        World.killed(child[0]);
        world.turn(() -> {});
        assertThat(world.reported).isEmpty();
        world.loop.close();
        assertThat(pidfds()).as("of who has got its number since").isEqualTo(1);
        FdTable.close(next);
    }

    private static boolean exists(long pid) {
        try {
            return Children.exists(pid);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("a child that ends in the turn that starts it is never added to the selector")
    void add_endsAtOnce_noReader() throws Exception {
        var added = new ArrayList<Integer>();
        var loop =
                new SelectorEventLoop() {
                    @Override
                    public void addReader(int fd, Runnable callback) {
                        added.add(fd);
                        super.addReader(fd, callback);
                    }
                };
        try (loop) {
            int[] told = {-1};
            World.turn(
                    loop,
                    () -> {
                        Child child = world.sleeper();
                        world.watcher.addChildHandler(
                                child.pid(), (pid, returncode) -> told[0] = returncode);
                        World.killed(child);
                    });
            World.turn(loop, () -> {});
            assertThat(told[0]).isEqualTo(-9);
            assertThat(added).isEmpty();
            assertThat(pidfds()).isZero();
        }
    }

    @Test
    @DisplayName("signals go through the descriptor while there is one")
    void signal_throughPidfd() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> child[0] = world.watchedSleeper());
        assertThatThrownBy(() -> child[0].signal(1000)).hasMessageContaining("pidfd_send_signal");
        child[0].signal(World.KILL);
        world.untilReported(1);
    }
}

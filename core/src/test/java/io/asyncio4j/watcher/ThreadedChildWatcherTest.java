package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Logs;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.warning.ResourceWarning;
import io.asyncio4j.warning.RuntimeWarning;
import io.asyncio4j.warning.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What is particular to {@link ThreadedChildWatcher}. */
@ExtendWith(LeakCheck.class)
class ThreadedChildWatcherTest {

    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private World world;
    private Warnings.Recording warnings;
    private Logs logs;

    @BeforeEach
    void open() {
        warnings = Warnings.record();
        logs = Logs.capture();
        world =
                new World(
                        new ThreadedChildWatcher(body -> {
                            Thread thread = ReaperThreads.newThread(body);
                            threads.add(thread);
                            return thread;
                        }),
                        LoopKind.EPOLL);
    }

    @AfterEach
    void close() throws Exception {
        world.close();
        logs.close();
        warnings.close();
        assertThat(world.failures).isEmpty();
    }

    @Test
    @DisplayName("each child has a daemon platform thread of its own, numbered")
    void add_startsNamedDaemon() throws Exception {
        world.turn(() -> {
            world.watchedSleeper();
            world.watchedSleeper();
        });
        assertThat(threads).hasSize(2);
        for (Thread thread : threads) {
            assertThat(thread.getName()).matches("asyncio-waitpid-\\d+");
            assertThat(thread.isDaemon()).isTrue();
            assertThat(thread.isVirtual()).isFalse();
            assertThat(thread.isAlive()).isTrue();
        }
        assertThat(threads.get(0).getName()).isNotEqualTo(threads.get(1).getName());
    }

    @Test
    @DisplayName("the thread is blocked in the kernel, has the least stack, and inherits nothing")
    void thread_blockedAndSmall() throws Exception {
        var inherited = new InheritableThreadLocal<String>();
        inherited.set("by threads that are not the library's");
        world.turn(world::watchedSleeper);
        World.await(() -> waitingStates().equals("S"));
        // And stays so: it does not look again and again.
        assertThat(Stream.generate(ThreadedChildWatcherTest::waitingStates).limit(50))
                .containsOnly("S");
        var seen = new ArrayList<Object>();
        Thread ours =
                ReaperThreads.newThread(() -> seen.addAll(List.of(depth(), "" + inherited.get())));
        Thread usual = Thread.ofPlatform().unstarted(() -> seen.add(depth()));
        assertThat(usual.isDaemon()).isFalse();
        assertThat(ours.isDaemon()).as("whoever starts it").isTrue();
        for (Thread each : List.of(ours, usual)) {
            each.start();
            each.join();
        }
        assertThat(seen.get(1)).isEqualTo("null");
        assertThat((int) seen.get(0)).isLessThan((int) seen.get(2) / 2);
    }

    /** How often a method can call itself in this thread. */
    private static int depth() {
        try {
            return 1 + depth();
        } catch (StackOverflowError e) {
            return 1;
        }
    }

    /** The states of the threads that wait, a letter for each. */
    private static String waitingStates() {
        try (var tasks = Files.list(Path.of("/proc/self/task"))) {
            return tasks.map(World::taskStat)
                    .filter(stat -> stat.contains("(asyncio-waitpid"))
                    .map(stat -> stat.substring(stat.lastIndexOf(')') + 2).substring(0, 1))
                    .collect(Collectors.joining());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("replacing and removing a handler starts no second thread")
    void addAgain_sameThread() throws Exception {
        world.turn(() -> {
            Child child = world.watchedSleeper();
            world.watcher.addChildHandler(child.pid(), world.recorder);
            world.watcher.removeChildHandler(child.pid());
            world.watcher.addChildHandler(child.pid(), world.recorder);
        });
        assertThat(threads).hasSize(1);
    }

    @Test
    @DisplayName("registering needs a running loop")
    void add_noRunningLoop_refused() {
        assertThatThrownBy(() -> world.watcher.addChildHandler(1, world.recorder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no running event loop");
        assertThat(threads).isEmpty();
    }

    @Test
    @DisplayName("it is always active, and attaching and closing do nothing")
    void attachAndClose_nothing() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> child[0] = world.watchedSleeper());
        assertThat(world.watcher.isActive()).isTrue();
        world.watcher.attachLoop(null);
        world.watcher.close();
        assertThat(world.watcher.isActive()).isTrue();
        child[0].signal(World.KILL);
        world.untilReported(1);
        assertThat(world.returncodes(child[0].pid())).containsExactly(-9);
    }

    @Test
    @DisplayName("a child whose loop is closed is logged, and reaped")
    void loopClosed_loggedAndReaped() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> child[0] = world.watchedSleeper());
        String loop = world.loop.toString();
        world.loop.close();
        child[0].signal(World.KILL);
        threads.getFirst().join();
        assertThat(logs.messages())
                .containsExactly(
                        "Loop "
                                + world.loop
                                + " that handles pid "
                                + child[0].pid()
                                + " is closed");
        assertThat(loop).isNotEqualTo(world.loop.toString());
        assertThat(Children.exists(child[0].pid())).isFalse();
        assertThat(world.reported).isEmpty();
    }

    @Test
    @DisplayName("a child whose handler was removed is reaped")
    void removed_reaped() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> child[0] = world.watchedSleeper());
        assertThat(world.watcher.removeChildHandler(child[0].pid())).isTrue();
        child[0].signal(World.KILL);
        threads.getFirst().join();
        assertThat(Children.exists(child[0].pid())).isFalse();
    }

    @Test
    @DisplayName("a child whose handler was removed is reaped by the successor, too")
    @SuppressWarnings("deprecation") // the successor
    void removed_handedOver_reaped() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> {
            child[0] = world.watchedSleeper();
            world.watcher.removeChildHandler(child[0].pid());
        });
        try (var _ = Warnings.record();
                var successor = new MultiLoopChildWatcher()) {
            successor.attachLoop(world.loop);
            ((ThreadedChildWatcher) world.watcher).handOver(successor, world.loop);
            child[0].signal(World.KILL);
            World.await(child[0]::isGone);
        }
        world.turn(() -> {});
        assertThat(world.reported).isEmpty();
    }

    @Test
    @DisplayName("a loop of another thread is told in that thread")
    void loopInOtherThread_told() throws Exception {
        OtherThreads.toldThere(world);
    }

    @Test
    @DisplayName("without threads, the loop looks for the exit itself, and a warning says so")
    void outOfThreads_polled() throws Exception {
        var watcher =
                new ThreadedChildWatcher(body -> {
                    throw new OutOfMemoryError("unable to create native thread");
                });
        try (var poor = new World(watcher, LoopKind.EPOLL)) {
            Child[] child = new Child[1];
            poor.turn(() -> child[0] = poor.watchedSleeper());
            poor.turn(() -> {});
            child[0].signal(World.KILL);
            poor.untilReported(1);
            poor.fence();
            assertThat(poor.returncodes(child[0].pid())).containsExactly(-9);
        }
        assertThat(warnings.messages(RuntimeWarning.class))
                .isNotEmpty()
                .allMatch(text -> text.contains("unable to create native thread"));
    }

    @Test
    @DisplayName("a child that had no thread gets one with the next, though its loop is closed")
    void outOfThreads_loopClosed_reapedLater() throws Exception {
        var poor = new AtomicBoolean(true);
        var watcher =
                new ThreadedChildWatcher(body -> {
                    if (poor.get()) {
                        throw new OutOfMemoryError("unable to create native thread");
                    }
                    return ReaperThreads.newThread(body);
                });
        try (var first = new World(watcher, LoopKind.EPOLL);
                var second = new World(watcher, LoopKind.EPOLL)) {
            Child[] child = new Child[2];
            first.turn(() -> child[0] = first.watchedSleeper());
            first.loop.close();
            // A child that is nobody's loop's, as one that is handed over may be.
            child[1] = second.sleeper();
            watcher.adopt(child[1].pid(), null, second.recorder);
            poor.set(false);
            second.fence();
            for (Child each : child) {
                each.signal(World.KILL);
                World.await(each::isGone);
            }
            World.await(() -> logs.messages().stream().anyMatch(t -> t.endsWith("is closed")));
            assertThat(first.reported).isEmpty();
        }
    }

    @Test
    @DisplayName("a loop looks after the children of one that is closed, while there is no thread")
    void outOfThreads_otherLoopLooks() throws Exception {
        var watcher =
                new ThreadedChildWatcher(body -> {
                    throw new OutOfMemoryError("unable to create native thread");
                });
        try (var first = new World(watcher, LoopKind.EPOLL);
                var second = new World(watcher, LoopKind.EPOLL)) {
            Child[] child = new Child[1];
            first.turn(() -> child[0] = first.watchedSleeper());
            first.loop.close();
            World.killed(child[0]);
            second.turn(second::watchedSleeper);
            second.until(() -> child[0].isGone() || SharedSignalTest.poke(second));
            assertThat(first.reported).isEmpty();
        }
    }

    @Test
    @DisplayName("a watcher that is forgotten while children run emits ResourceWarning")
    void unreachable_childrenRun_warns() throws Exception {
        Child child = forgetWatcher();
        World.await(() -> {
            System.gc();
            // Watchers of other tests may be collected, and say something, too.
            return warnings.messages(ResourceWarning.class)
                    .contains(
                            "ThreadedChildWatcher has registered but not finished child"
                                    + " processes: 1");
        });
        child.signal(World.KILL);
        world.untilReported(1);
    }

    private Child forgetWatcher() throws Exception {
        var task =
                new FutureTask<Child>(() -> {
                    Child[] child = new Child[1];
                    var forgotten = new ThreadedChildWatcher();
                    child[0] = world.sleeper();
                    world.turn(() -> forgotten.addChildHandler(child[0].pid(), world.recorder));
                    return child[0];
                });
        Thread thread = new Thread(task);
        thread.start();
        thread.join();
        return task.get();
    }
}

package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.os.Child;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.subprocess.ResourceUsage;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Logs;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.testing.WatcherNames;
import io.asyncio4j.warning.RuntimeWarning;
import io.asyncio4j.warning.Warnings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every watcher does, on every kind of loop, with real children. To hold a watcher to it,
 * extend this class with a parameterized one, also outside of this package.
 */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("exports") // whoever extends it is on the class path
public abstract class ChildWatcherContract {

    /** The loops to test the watcher {@code name} with. */
    protected static Stream<LoopKind> loops(String name) {
        return Arrays.stream(LoopKind.values()).filter(kind -> kind.fits(name));
    }

    private final String name;
    private final LoopKind loops;
    private World world;
    private Warnings.Recording warnings;
    private Logs logs;

    /** For the watcher {@code name}, and loops of a kind. */
    protected ChildWatcherContract(String name, LoopKind loops) {
        this.name = name;
        this.loops = loops;
    }

    /** Creates the watcher of a test, which is in nobody's use. */
    protected abstract ChildWatcher create();

    @BeforeEach
    void open() {
        warnings = Warnings.record();
        logs = Logs.capture();
        world = new World(create(), loops);
    }

    @AfterEach
    void close() throws Exception {
        world.close();
        logs.close();
        warnings.close();
        assertThat(world.failures).isEmpty();
    }

    @Test
    @DisplayName("an attached watcher of a running loop is active")
    void isActive_attachedToRunningLoop() throws Exception {
        world.turn(() -> assertThat(world.watcher.isActive()).isTrue());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 3, 127, 137, 254, 255})
    @DisplayName("an exit status is told as it is")
    void exited_toldStatus(int status) throws Exception {
        long[] pid = new long[1];
        world.turn(() -> pid[0] = world.watched("exit " + status));
        world.untilReported(1);
        world.fence();
        assertThat(world.reported).hasSize(1);
        World.Exit exit = world.reported.getFirst();
        assertThat(exit.pid()).isEqualTo(pid[0]);
        assertThat(exit.status()).isEqualTo(new ExitStatus.Exited(status, exit.status().usage()));
    }

    @Test
    @DisplayName("each signal that kills is told as its negative number")
    void killed_toldNegativeSignal() throws Exception {
        var harmless = List.of(17, 18, 19, 20, 21, 22, 23, 28, 32, 33);
        Map<Long, Integer> expected = new HashMap<>();
        world.turn(() ->
                IntStream.rangeClosed(1, 64)
                        .filter(signal -> !harmless.contains(signal))
                        .forEach(signal -> {
                            try {
                                long pid =
                                        world.watched(
                                                "ulimit -c 0; kill -" + signal + " $$; sleep 1000");
                                expected.put(pid, -signal);
                            } catch (java.io.IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        }));
        world.untilReported(expected.size());
        Map<Long, Integer> told = new HashMap<>();
        world.reported.forEach(exit -> told.put(exit.pid(), exit.returncode()));
        assertThat(told).isEqualTo(expected);
        assertThat(world.reported)
                .noneMatch(
                        exit -> exit.status() instanceof ExitStatus.Signaled s && s.coreDumped());
    }

    @Test
    @DisplayName("what the child has used is told")
    void exited_toldUsage() throws Exception {
        world.turn(() -> world.watched("i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done"));
        world.untilReported(1);
        ResourceUsage usage = world.reported.getFirst().status().usage();
        assertThat(usage).isNotNull();
        assertThat(usage.user().plus(usage.system())).isGreaterThan(Duration.ofMillis(1));
        assertThat(usage.maxRssKiB()).isGreaterThan(100);
    }

    @Test
    @DisplayName("a child that ended before it was registered is told of")
    void add_childEndedBefore_told() throws Exception {
        world.turn(() -> {
            try (var _ = world.watcher.enter()) {
                Child child = world.ended("exit 5");
                world.watcher.addChildHandler(child.pid(), world.recorder);
            }
        });
        world.untilReported(1);
        world.fence();
        assertThat(world.reported).extracting(World.Exit::returncode).containsExactly(5);
    }

    @Test
    @DisplayName("SIGSTOP and SIGCONT are not exits")
    void stoppedAndContinued_notTold() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> child[0] = world.watchedSleeper());
        long pid = child[0].pid();
        child[0].signal(World.STOP);
        World.await(() -> World.state(pid) == 'T');
        world.fence();
        child[0].signal(World.CONT);
        World.await(() -> World.state(pid) != 'T');
        world.fence();
        assertThat(world.reported).isEmpty();
        child[0].signal(World.KILL);
        world.untilReported(1);
        assertThat(world.returncodes(pid)).containsExactly(-9);
    }

    @Test
    @DisplayName("registering a pid again replaces the handler")
    void add_again_replaces() throws Exception {
        var first = new ArrayList<Integer>();
        Child[] child = new Child[1];
        world.turn(() -> {
            try (var _ = world.watcher.enter()) {
                child[0] = world.watchedSleeper((pid, returncode) -> first.add(returncode));
                world.watcher.addChildHandler(child[0].pid(), world.recorder);
            }
        });
        child[0].signal(World.KILL);
        world.untilReported(1);
        world.fence();
        assertThat(first).isEmpty();
        assertThat(world.reported).hasSize(1);
    }

    @Test
    @DisplayName("a handler that was removed is not told")
    void remove_notTold() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> {
            child[0] = world.watchedSleeper();
            assertThat(world.watcher.removeChildHandler(child[0].pid())).isTrue();
        });
        World.killed(child[0]);
        world.fence();
        assertThat(world.reported).isEmpty();
    }

    @Test
    @DisplayName("removing what is not there is false; true with a thread per child")
    void remove_unknown() throws Exception {
        world.turn(() ->
                assertThat(world.watcher.removeChildHandler(1)).isEqualTo(name.equals("threaded")));
    }

    @Test
    @DisplayName("a handler that was removed can be registered anew")
    void removeThenAdd_toldOnce() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> {
            child[0] = world.watchedSleeper();
            world.watcher.removeChildHandler(child[0].pid());
            try (var _ = world.watcher.enter()) {
                world.watcher.addChildHandler(child[0].pid(), world.recorder);
            }
        });
        child[0].signal(World.KILL);
        world.untilReported(1);
        world.fence();
        assertThat(world.reported).extracting(World.Exit::returncode).containsExactly(-9);
    }

    @Test
    @DisplayName("the first of two handlers can call the second off, both children having ended")
    void remove_inHandlerOfOther_notTold() throws Exception {
        var told = new ArrayList<Long>();
        world.turn(() -> {
            Child one = world.ended("exit 1");
            Child two = world.ended("exit 2");
            try (var _ = world.watcher.enter()) {
                for (Child each : List.of(one, two)) {
                    Child other = each == one ? two : one;
                    world.watcher.addChildHandler(
                            each.pid(),
                            (pid, returncode) -> {
                                told.add(pid);
                                world.watcher.removeChildHandler(other.pid());
                            });
                }
            }
        });
        world.fence();
        assertThat(told).hasSize(1);
    }

    @Test
    @DisplayName("a child of nobody we know is told as 255, with a warning; never by Fast")
    void add_unknownChild_255() throws Exception {
        world.turn(() -> {
            try (var _ = world.watcher.enter()) {
                world.watcher.addChildHandler(1, world.recorder);
            }
        });
        if (name.equals("fast")) {
            world.fence();
            assertThat(world.reported).isEmpty();
            world.watcher.removeChildHandler(1);
            return;
        }
        world.untilReported(1);
        assertThat(world.returncodes(1)).containsExactly(255);
        assertThat(world.reported.getFirst().status())
                .isInstanceOfSatisfying(
                        ExitStatus.Lost.class,
                        lost -> assertThat(lost.reason()).contains("other code"));
        assertThat(world.reported.getFirst().status().usage()).isNull();
        assertThat(logs.messages())
                .contains("Unknown child process pid 1, will report returncode 255");
    }

    @Test
    @DisplayName("a child that somebody else reaped before it was registered is told as 255")
    void add_stolenBefore_255() throws Exception {
        Child child = world.spawn("exit 7");
        World.steal(child);
        world.turn(() -> {
            try (var _ = world.watcher.enter()) {
                world.watcher.addChildHandler(child.pid(), world.recorder);
            }
        });
        if (name.equals("fast")) {
            world.fence();
            assertThat(world.reported).isEmpty();
            world.watcher.removeChildHandler(child.pid());
            return;
        }
        world.untilReported(1);
        world.fence();
        assertThat(world.returncodes(child.pid())).containsExactly(255);
    }

    @Test
    @DisplayName("a handler that throws is reported, and the others are told")
    void handlerThrows_reported() throws Exception {
        world.turn(() -> {
            try (var _ = world.watcher.enter()) {
                long bad = world.spawn("exit 1").pid();
                world.watcher.addChildHandler(
                        bad,
                        (pid, returncode) -> {
                            throw new IllegalArgumentException("handler");
                        });
                world.watched("exit 2");
            }
        });
        world.until(() -> world.reported.size() == 1 && world.failures.size() == 1);
        assertThat(world.failures.getFirst().exception()).hasMessage("handler");
        world.failures.clear();
    }

    @Test
    @DisplayName("a handler may start and register the next child")
    void handlerAddsNext_told() throws Exception {
        world.turn(() -> {
            try (var _ = world.watcher.enter()) {
                world.watcher.addChildHandler(
                        world.spawn("exit 1").pid(),
                        (pid, returncode) -> {
                            try {
                                world.watched("exit 2");
                            } catch (java.io.IOException e) {
                                throw new java.io.UncheckedIOException(e);
                            }
                        });
            }
        });
        world.untilReported(1);
        assertThat(world.reported.getFirst().returncode()).isEqualTo(2);
    }

    @Test
    @DisplayName("200 children killed at one stroke are each told of once")
    void storm_eachReportOnce() throws Exception {
        var all = new ArrayList<Child>();
        world.turn(() -> {
            for (int i = 0; i < 200; i++) {
                all.add(world.watchedSleeper());
            }
        });
        for (Child each : all) {
            each.signal(World.KILL);
        }
        world.untilReported(200);
        world.fence();
        assertThat(world.pids())
                .containsExactlyInAnyOrderElementsOf(all.stream().map(Child::pid).toList());
        assertThat(world.reported).allMatch(exit -> exit.returncode() == -9);
    }

    @Test
    @DisplayName("a child that was told of is never signalled")
    void told_signalRefused() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> child[0] = world.watchedSleeper());
        child[0].signal(World.KILL);
        world.untilReported(1);
        assertThatThrownBy(() -> child[0].signal(0)).isInstanceOf(NoSuchProcessException.class);
    }

    @Test
    @DisplayName("what is no pid, or no handler, is refused")
    void add_badArguments_refused() throws Exception {
        world.turn(() -> {
            try (var _ = world.watcher.enter()) {
                for (long bad : List.of(0L, -1L, 1L << 32)) {
                    assertThatThrownBy(() -> world.watcher.addChildHandler(bad, world.recorder))
                            .isInstanceOf(IllegalArgumentException.class)
                            .hasMessageContaining(Long.toString(bad));
                }
                assertThatThrownBy(() -> world.watcher.addChildHandler(1, null))
                        .isInstanceOf(NullPointerException.class)
                        .hasMessage("handler");
            }
        });
    }

    @ParameterizedTest
    @MethodSource(WatcherNames.ALL)
    @DisplayName("children handed to another watcher are told of by it, once")
    void handOver_toldOnceBySuccessor(String other) throws Exception {
        ChildWatcher successor = Watchers.create(other);
        var all = new ArrayList<Child>();
        world.turn(() -> {
            for (int i = 0; i < 4; i++) {
                all.add(world.watchedSleeper());
            }
            World.killed(all.get(0));
            ((AbstractChildWatcher) world.watcher).handOver(successor, world.loop);
            world.watcher.close();
            World.killed(all.get(1));
            successor.attachLoop(world.loop);
        });
        try {
            all.get(2).signal(World.KILL);
            world.untilReported(3);
            assertThat(successor.removeChildHandler(all.get(3).pid())).isTrue();
            World.killed(all.get(3));
            world.turn(() -> {});
        } finally {
            successor.close();
        }
        assertThat(world.pids())
                .containsExactlyInAnyOrderElementsOf(
                        all.subList(0, 3).stream().map(Child::pid).toList());
        assertThat(world.reported).allMatch(exit -> exit.returncode() == -9);
    }

    @ParameterizedTest
    @ValueSource(strings = {"threaded", "pidfd"})
    @DisplayName("children of another watcher are adopted, and reported once")
    void adopt_reportedOnce(String other) throws Exception {
        ChildWatcher former = Watchers.create(other);
        var all = new ArrayList<Child>();
        try {
            world.turn(() -> {
                try (var _ = former.enter()) {
                    for (int i = 0; i < 2; i++) {
                        Child child = world.sleeper();
                        all.add(child);
                        former.addChildHandler(child.pid(), world.recorder);
                    }
                }
            });
            ((AbstractChildWatcher) former).handOver(world.watcher, world.loop);
        } finally {
            former.close();
        }
        for (Child each : all) {
            assertThat(((AdoptingChildWatcher) world.watcher).isRegistered(each.pid())).isTrue();
        }
        World.killed(all.get(0));
        all.get(1).signal(World.KILL);
        world.untilReported(2);
        world.fence();
        assertThat(world.pids())
                .containsExactlyInAnyOrderElementsOf(all.stream().map(Child::pid).toList());
        assertThat(world.reported).allMatch(exit -> exit.returncode() == -9);
    }

    @Test
    @DisplayName("a watcher that has been replaced refuses children, until it is reopened")
    void handOver_thenAdd_refused() throws Exception {
        var watcher = (AbstractChildWatcher) world.watcher;
        Child child = world.sleeper();
        watcher.handOver(null, world.loop);
        world.turn(() -> {
            try (var _ = watcher.enter()) {
                assertThatThrownBy(() -> watcher.addChildHandler(child.pid(), world.recorder))
                        .isInstanceOf(WatcherReplacedException.class)
                        .hasMessageContaining(Long.toString(child.pid()));
            }
        });
        assertThat(((AdoptingChildWatcher) watcher).isRegistered(child.pid())).isFalse();
        watcher.reopen();
        world.turn(() -> {
            try (var _ = watcher.enter()) {
                watcher.addChildHandler(child.pid(), world.recorder);
            }
        });
        child.signal(World.KILL);
        world.untilReported(1);
        world.fence();
        assertThat(world.returncodes(child.pid())).containsExactly(-9);
    }

    @Test
    @DisplayName("children of a watcher that has no successor are told of nevertheless")
    void handOver_noSuccessor_told() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> child[0] = world.watchedSleeper());
        ((AbstractChildWatcher) world.watcher).handOver(null, world.loop);
        world.watcher.close();
        child[0].signal(World.KILL);
        world.untilReported(1);
        assertThat(world.returncodes(child[0].pid())).containsExactly(-9);
    }

    @Test
    @DisplayName("a foreign successor is asked on the child's loop; what it refuses is not lost")
    void handOver_foreignSuccessor() throws Exception {
        var asked = new ArrayList<Long>();
        var foreign =
                new AbstractChildWatcher() {
                    @Override
                    public Guard enter() {
                        return () -> {};
                    }

                    @Override
                    public void addChildHandler(long pid, ChildHandler handler) {
                        assertThat(Loops.isCurrent(world.loop)).isTrue();
                        asked.add(pid);
                        throw new IllegalStateException("inactive");
                    }
                };
        Child[] child = new Child[1];
        world.turn(() -> child[0] = world.watchedSleeper());
        ((AbstractChildWatcher) world.watcher).handOver(foreign, null);
        world.watcher.close();
        child[0].signal(World.KILL);
        world.untilReported(1);
        assertThat(asked).containsExactly(child[0].pid());
        assertThat(logs.messages()).anyMatch(text -> text.contains("refuses child"));
        assertThat(world.returncodes(child[0].pid())).containsExactly(-9);
    }

    @Test
    @DisplayName("only the deprecated ones say so when they are made")
    void construction_deprecated_warns() {
        boolean deprecated = Watchers.isDeprecated(name);
        assertThat(warnings.messages(io.asyncio4j.warning.DeprecationWarning.class))
                .hasSize(deprecated ? 1 : 0)
                .allMatch(text -> text.contains("use PidfdChildWatcher or ThreadedChildWatcher"));
        assertThat(world.watcher.getClass().isAnnotationPresent(Deprecated.class))
                .isEqualTo(deprecated);
    }

    @Test
    @DisplayName("nothing is warned about in ordinary use, and closing twice is nothing")
    void ordinaryUse_silent() throws Exception {
        world.fence();
        world.watcher.close();
        world.watcher.close();
        assertThat(warnings.messages(RuntimeWarning.class)).isEmpty();
        assertThat(logs.messages()).noneMatch(text -> !text.contains("FastChildWatcher takes"));
    }
}

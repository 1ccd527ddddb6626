package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Logs;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.warning.Warnings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What may go wrong for every watcher, and what comes of it. */
@ParameterizedClass(name = "{0}")
@MethodSource("watchers")
@ExtendWith(LeakCheck.class)
class WatcherFaultsTest {

    static Stream<String> watchers() {
        return Watchers.available().stream().map(Watchers.Availability::name);
    }

    private final String name;
    private World world;
    private Warnings.Recording warnings;
    private Logs logs;

    WatcherFaultsTest(String name) {
        this.name = name;
    }

    @BeforeEach
    void open() {
        warnings = Warnings.record();
        logs = Logs.capture();
        world = new World(Watchers.create(name), LoopKind.fitting(name));
    }

    @AfterEach
    void close() throws Exception {
        world.close();
        logs.close();
        warnings.close();
        assertThat(world.failures).isEmpty();
    }

    /** Whether the watcher tells of children without a loop that it was attached to. */
    private boolean needsNoAttachedLoop() {
        return !List.of("safe", "fast").contains(name);
    }

    private boolean exists(Child child) {
        try {
            return Children.exists(child.pid());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    @DisplayName("a watched child that somebody else reaps is told of once, as lost; never by Fast")
    void stolenWhileWatched_toldOnce() throws Exception {
        boolean[] stolen = {true};
        Child[] child = new Child[1];
        world.turn(() -> {
            child[0] = world.watchedSleeper();
            child[0].signal(World.KILL);
            try {
                World.steal(child[0]);
            } catch (IOException watcherWasFaster) {
                stolen[0] = false;
            }
        });
        if (name.equals("fast")) {
            world.fence();
            assertThat(world.reported).isEmpty();
            assertThat(world.watcher.removeChildHandler(child[0].pid())).isTrue();
            return;
        }
        world.untilReported(1);
        world.fence();
        assertThat(world.reported).hasSize(1);
        if (stolen[0]) {
            assertThat(world.returncodes(child[0].pid())).containsExactly(255);
            assertThat(logs.messages())
                    .contains(
                            "Unknown child process pid "
                                    + child[0].pid()
                                    + ", will report returncode 255");
        }
    }

    @Test
    @DisplayName("a watcher closed in the middle tells of what it can, and holds no signal handler")
    void closedInTheMiddle_toldOrDropped() throws Exception {
        Child[] child = new Child[1];
        world.turn(() -> {
            child[0] = world.watchedSleeper();
            world.watcher.close();
        });
        child[0].signal(World.KILL);
        if (List.of("threaded", "pidfd", "uring").contains(name)) {
            world.untilReported(1);
            assertThat(world.returncodes(child[0].pid())).containsExactly(-9);
            return;
        }
        World.await(() -> World.state(child[0].pid()) == 'Z');
        world.turn(() -> {});
        assertThat(world.reported).isEmpty();
        assertThat(exists(child[0])).as("left to be reaped").isTrue();
    }

    @Test
    @DisplayName("a loop closed in the middle is told nothing, and hurts nobody")
    void loopClosedInTheMiddle_notTold() throws Exception {
        Child[] child = new Child[2];
        world.turn(() -> {
            child[0] = world.watchedSleeper();
            child[1] = world.watchedSleeper();
        });
        World.killed(child[0]);
        world.loop.close();
        World.killed(child[1]);
        try (var next = new World(world.watcher, LoopKind.fitting(name))) {
            next.fence();
            if (needsNoAttachedLoop()) {
                assertThat(world.reported).isEmpty();
                World.await(() -> !exists(child[0]) && !exists(child[1]));
            } else {
                assertThat(world.pids()).containsExactlyInAnyOrder(child[0].pid(), child[1].pid());
            }
        }
    }

    /** Takes children and does nothing with them. */
    private static final class Foreign extends AbstractChildWatcher {
        final List<Long> asked = new ArrayList<>();
        int guards;

        @Override
        public Guard enter() {
            guards++;
            return () -> guards--;
        }

        @Override
        public void addChildHandler(long pid, ChildHandler handler) {
            assertThat(guards).isEqualTo(1);
            asked.add(pid);
        }
    }

    @Test
    @DisplayName("a foreign successor is asked inside of its guard; from the loop itself, at once")
    void handOver_foreignOnLoop_askedAtOnce() throws Exception {
        var foreign = new Foreign();
        world.turn(() -> {
            Child child = world.watchedSleeper();
            handOver(foreign, world.loop);
            assertThat(foreign.asked).containsExactly(child.pid());
        });
        assertThat(foreign.guards).isZero();
    }

    @Test
    @DisplayName("a child whose loop is closed is not offered to a foreign successor, but reaped")
    void handOver_foreignLoopClosed_reaped() throws Exception {
        var foreign = new Foreign();
        Child[] child = new Child[1];
        world.turn(() -> child[0] = world.watchedSleeper());
        world.loop.close();
        handOver(foreign, null);
        child[0].signal(World.KILL);
        World.await(() -> !exists(child[0]));
        assertThat(foreign.asked).isEmpty();
        assertThat(world.reported).isEmpty();
    }

    private void handOver(ChildWatcher successor, @Nullable EventLoop fallback) {
        ((AbstractChildWatcher) world.watcher).handOver(successor, fallback);
        world.watcher.close();
    }
}

package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Logs;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.testing.WatcherNames;
import io.asyncio4j.warning.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Children that get the pid of one that was registered before them. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("deprecation") // their users' business
class RecycledPidTest {
    private static final Path LAST_PID = Path.of("/proc/sys/kernel/ns_last_pid");

    private Warnings.Recording warnings;
    private Logs logs;

    @BeforeEach
    void open() {
        assumeTrue(Files.isWritable(LAST_PID), "setting the next pid is not permitted");
        warnings = Warnings.record();
        logs = Logs.capture();
    }

    @AfterEach
    void close() {
        logs.close();
        warnings.close();
    }

    /** Starts a sleeper that has {@code pid}, which is free. */
    private static Child startAs(World world, long pid) throws IOException {
        for (int attempt = 0; attempt < 500; attempt++) {
            try {
                Files.writeString(LAST_PID, Long.toString(pid - 1));
            } catch (IOException e) {
                assumeTrue(false, "setting the next pid is not permitted: " + e.getMessage());
            }
            Child child = world.sleeper();
            if (child.pid() == pid) {
                return child;
            }
            World.killed(child);
            child.reap();
        }
        assumeTrue(false, "other processes were always faster to get the pid");
        throw new AssertionError();
    }

    @ParameterizedTest
    @MethodSource(WatcherNames.ALL)
    @DisplayName("a child that was stolen, and the one that got its pid, are both told of")
    void stolenAndRecycled_bothTold(String name) throws Exception {
        try (var world = new World(Watchers.create(name), LoopKind.fitting(name))) {
            var told = new ArrayList<Integer>();
            Child[] child = new Child[2];
            world.turn(() -> {
                child[0] =
                        world.watchedSleeper((pid, returncode) -> {
                            told.add(returncode);
                            world.check();
                        });
                child[0].signal(World.KILL);
                try {
                    World.steal(child[0]);
                } catch (IOException watcherWasFaster) {
                    // Then it is told as it was.
                }
                try (var _ = world.watcher.enter()) {
                    child[1] = startAs(world, child[0].pid());
                    world.watcher.addChildHandler(child[1].pid(), world.recorder);
                }
            });
            child[1].signal(World.KILL);
            world.untilReported(1);
            world.until(() -> !told.isEmpty());
            world.fence();
            assertThat(world.returncodes(child[1].pid())).containsExactly(-9);
            assertThat(told).hasSize(1).allMatch(code -> List.of(255, -9).contains(code));
            assertThat(world.failures).isEmpty();
        }
    }

    @Test
    @DisplayName("Fast tells two exits of one pid apart, the first of them not told yet")
    void fast_twoExitsOfOnePid_eachItsOwn() throws Exception {
        try (var world = new World(new FastChildWatcher(), LoopKind.EPOLL)) {
            var told = new ArrayList<Integer>();
            Child[] child = new Child[2];
            world.turn(() -> {
                try (var _ = world.watcher.enter()) {
                    child[0] = world.watchedSleeper((pid, returncode) -> told.add(returncode));
                    World.killed(child[0]);
                    world.watcher.attachLoop(world.loop);
                    child[1] = startAs(world, child[0].pid());
                    child[1].signal(15);
                    World.await(() -> World.state(child[1].pid()) == 'Z');
                    world.watcher.attachLoop(world.loop);
                    assertThat(Children.exists(child[1].pid())).isFalse();
                    world.watcher.addChildHandler(child[1].pid(), world.recorder);
                }
            });
            world.untilReported(1);
            assertThat(told).containsExactly(-9);
            assertThat(world.returncodes(child[1].pid())).containsExactly(-15);
        }
    }

    @Test
    @DisplayName("Fast gives a kept exit to nobody who asks for a later child of the same pid")
    void fast_keptExit_notForSuccessor() throws Exception {
        try (var world = new World(new FastChildWatcher(), LoopKind.EPOLL)) {
            Child[] child = new Child[2];
            world.turn(() -> {
                try (var _ = world.watcher.enter()) {
                    child[0] = world.ended("exit 6");
                    world.watcher.attachLoop(world.loop);
                    child[1] = startAs(world, child[0].pid());
                    world.watcher.addChildHandler(child[1].pid(), world.recorder);
                }
            });
            assertThat(logs.messages()).anyMatch(text -> text.contains(child[0].pid() + "=6"));
            child[1].signal(World.KILL);
            world.untilReported(1);
            world.fence();
            assertThat(world.returncodes(child[1].pid())).containsExactly(-9);
        }
    }
}

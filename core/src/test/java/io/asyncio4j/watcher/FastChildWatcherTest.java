package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.FileLease;
import io.asyncio4j.os.Spawn;
import io.asyncio4j.os.TestRequest;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Logs;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.warning.Warnings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is particular to {@link FastChildWatcher}. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("deprecation") // its users' business
class FastChildWatcherTest {

    private Warnings.Recording warnings;
    private Logs logs;
    private World world;

    @BeforeEach
    void open() {
        warnings = Warnings.record();
        logs = Logs.capture();
        world = new World(new FastChildWatcher(), LoopKind.EPOLL);
    }

    @AfterEach
    void close() throws Exception {
        world.close();
        logs.close();
        warnings.close();
        assertThat(world.failures).isEmpty();
    }

    private boolean exists(Child child) {
        try {
            return Children.exists(child.pid());
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Lets the watcher reap a child that it does not know. */
    private Child reapedUnknown(String script) throws Exception {
        Child child = world.ended(script);
        while (exists(child)) {
            world.turn(() -> {});
        }
        return child;
    }

    @Test
    @DisplayName("its danger is logged once, when it is first attached")
    void attach_warnsOnce() {
        assertThat(logs.messages())
                .singleElement()
                .asString()
                .contains("every child of this process")
                .contains("ProcessBuilder");
        world.watcher.attachLoop(null);
        world.watcher.attachLoop(world.loop);
        assertThat(logs.messages()).hasSize(1);
    }

    @Test
    @DisplayName("registering outside of a guard is an error")
    void add_outsideGuard_refused() throws Exception {
        world.turn(() -> {
            assertThatThrownBy(() -> world.watcher.addChildHandler(1, world.recorder))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("outside of a guard");
            world.watcher.enter().close();
            assertThatThrownBy(() -> world.watcher.addChildHandler(1, world.recorder))
                    .isInstanceOf(IllegalStateException.class);
        });
    }

    @Test
    @DisplayName("an exit seen inside of a guard is kept for the registration that follows")
    void exitBeforeAdd_insideGuard_told() throws Exception {
        try (var _ = world.watcher.enter()) {
            Child child = reapedUnknown("exit 6");
            world.turn(() -> world.watcher.addChildHandler(child.pid(), world.recorder));
            world.untilReported(1);
            assertThat(world.returncodes(child.pid())).containsExactly(6);
            assertThat(world.reported.getFirst().status().usage()).isNotNull();
        }
        assertThat(logs.messages()).hasSize(1);
    }

    @Test
    @DisplayName("what nobody asked for is logged when the last guard closes")
    void leftovers_loggedByLastGuard() throws Exception {
        ChildWatcher.Guard outer = world.watcher.enter();
        ChildWatcher.Guard inner = world.watcher.enter();
        Child child = reapedUnknown("exit 6");
        inner.close();
        inner.close();
        assertThat(logs.messages()).hasSize(1);
        outer.close();
        assertThat(logs.messages()).hasSize(2);
        assertThat(logs.messages().getLast()).contains(child.pid() + "=6");
        world.watcher.enter().close();
        assertThat(logs.messages()).as("once").hasSize(2);
    }

    @Test
    @DisplayName("closing drops what was kept")
    void close_keptExit_dropped() throws Exception {
        ChildWatcher.Guard guard = world.watcher.enter();
        reapedUnknown("exit 6");
        world.watcher.close();
        guard.close();
        assertThat(logs.messages()).hasSize(1);
    }

    @Test
    @DisplayName("its danger is not logged before it is attached to a loop")
    void attachNothing_silent() {
        var watcher = new FastChildWatcher();
        int before = logs.messages().size();
        watcher.attachLoop(null);
        assertThat(logs.messages()).hasSize(before);
    }

    @Test
    @DisplayName("an unknown exit outside of any guard is logged")
    void unknown_logged() throws Exception {
        Child child = reapedUnknown("kill -9 $$");
        assertThat(logs.messages().getLast()).contains(child.pid() + "=-9");
    }

    @Test
    @DisplayName("a ProcessBuilder's child may be told as 0 to the JDK, and nothing worse happens")
    void processBuilderChild_statusLost() throws Exception {
        Process theirs = new ProcessBuilder("/bin/sh", "-c", "exit 9").start();
        Child ours = world.spawn("exit 4");
        try (var _ = world.watcher.enter()) {
            world.turn(() -> world.watcher.addChildHandler(ours.pid(), world.recorder));
        }
        world.untilReported(1);
        while (theirs.isAlive()) {
            world.turn(() -> {});
        }
        // Who was faster: the JDK's reaper thread, or this watcher.
        assertThat(theirs.waitFor()).isIn(0, 9);
        world.fence();
        assertThat(world.returncodes(ours.pid())).containsExactly(4);
    }

    private static Path executable(Path directory, String content) throws IOException {
        Path file = Files.writeString(directory.resolve("file"), content);
        assertThat(file.toFile().setExecutable(true)).isTrue();
        return file;
    }

    private static FileLease lease(Path file) {
        try {
            return FileLease.take(file);
        } catch (IOException e) {
            return abort("No leases on this file system: " + e.getMessage());
        }
    }

    @Test
    @DisplayName("what a failing start leaves for a moment is not taken for a child")
    void failingStart_notSeen(@TempDir Path directory) throws Exception {
        // Fails only after the fork, with ENOEXEC.
        Path file = executable(directory, "neither program nor script\n");
        var watcher = (FastChildWatcher) world.watcher;
        var failures = new AtomicInteger();
        Thread starter =
                Thread.ofPlatform()
                        .start(() -> {
                            for (int i = 0; i < 300; i++) {
                                try {
                                    Spawn.spawn(TestRequest.of(List.of(file.toString())));
                                } catch (IOException expected) {
                                    failures.incrementAndGet();
                                }
                            }
                        });
        world.turn(() -> {
            while (starter.isAlive()) {
                watcher.scan(world.loop);
            }
        });
        starter.join();
        assertThat(failures).hasValue(300);
        world.fence();
        assertThat(logs.messages()).as("the danger, and nothing else").hasSize(1);
    }

    @Test
    @DisplayName("what may belong to a start that hangs does not hide those who are asked about")
    void suspectDuringHangingStart_othersTold(@TempDir Path directory) throws Exception {
        Path script = executable(directory, "#!/bin/sh\nexit 0\n");
        var started = new CompletableFuture<Long>();
        Thread starter;
        long suspect;
        try (FileLease lease = lease(script)) {
            starter =
                    Thread.ofPlatform()
                            .start(() -> {
                                try {
                                    started.complete(
                                            Spawn.spawn(
                                                    TestRequest.of(List.of(script.toString()))));
                                } catch (IOException e) {
                                    started.completeExceptionally(e);
                                }
                            });
            lease.awaitWaiter();
            // One that is not known here, as what another part of the process has started.
            suspect = Spawn.spawn(TestRequest.of(List.of("/bin/sh", "-c", "exit 127")));
            WaitId.await(suspect);
            world.turn(() -> world.watched("exit 127"));
            world.untilReported(1);
            world.turn(() -> world.watched("exit 3"));
            world.untilReported(2);
            assertThat(world.reported).extracting(World.Exit::returncode).containsExactly(127, 3);
            assertThat(Children.exists(suspect)).isTrue();
            assertThat(logs.messages()).hasSize(1);
        }
        starter.join();
        // Told of as before, once it cannot belong to the start.
        String left = suspect + "=127";
        while (logs.messages().stream().noneMatch(message -> message.contains(left))) {
            world.turn(() -> {});
        }
        while (Children.exists(started.join())) {
            world.turn(() -> {});
        }
    }
}

package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.Child;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.warning.Warnings;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Watchers and loops that are used from another thread than the loop's. */
@SuppressWarnings("deprecation")
@ExtendWith(LeakCheck.class)
class WatcherThreadsTest {

    private Warnings.Recording warnings;

    @BeforeEach
    void record() {
        warnings = Warnings.record();
    }

    @AfterEach
    void close() {
        warnings.close();
    }

    private static Stream<Supplier<LoopSignalWatcher>> signalWatchers() {
        return Stream.of(SafeChildWatcher::new, FastChildWatcher::new);
    }

    private static <T> T elsewhere(Callable<T> body) throws Exception {
        var task = new FutureTask<>(body);
        Thread.ofPlatform().name("elsewhere").start(task);
        return task.get();
    }

    @ParameterizedTest
    @MethodSource("signalWatchers")
    @DisplayName("attaching and detaching elsewhere, while the loop runs, is refused; all goes on")
    void attachLoop_elsewhere_refused(Supplier<LoopSignalWatcher> make) throws Exception {
        var world = new World(make.get(), LoopKind.EPOLL);
        try {
            world.turn(() ->
                    elsewhere(() -> {
                        assertThatThrownBy(() -> world.watcher.attachLoop(null))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("attachLoop")
                                .hasMessageContaining("'elsewhere'")
                                .hasMessageContaining("callSoonThreadsafe");
                        assertThatThrownBy(() -> world.watcher.attachLoop(world.loop))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("callSoonThreadsafe");
                        return null;
                    }));
            world.fence();
            var fresh = make.get();
            world.turn(() ->
                    elsewhere(() -> {
                        assertThatThrownBy(() -> fresh.attachLoop(world.loop))
                                .isInstanceOf(IllegalStateException.class)
                                .hasMessageContaining("callSoonThreadsafe");
                        return null;
                    }));
            assertThat(fresh.attached()).isNull();
            world.fence();
        } finally {
            world.close();
        }
    }

    @ParameterizedTest
    @MethodSource("signalWatchers")
    @DisplayName("closing elsewhere, as who replaces a watcher does, leaves the loop to its thread")
    void close_elsewhere_leavesSignalToLoop(Supplier<LoopSignalWatcher> make) throws Exception {
        var world = new World(make.get(), LoopKind.EPOLL);
        try {
            world.turn(() -> {
                elsewhere(() -> {
                    world.watcher.close();
                    return null;
                });
                assertThat(((LoopSignalWatcher) world.watcher).attached()).isNull();
            });
            world.turn(() -> {}); // in which it is released
            assertThat(world.loop.removeSignalHandler("CHLD")).isFalse();
        } finally {
            world.close();
        }
    }

    @Test
    @DisplayName("a pidfd is let go by its loop, not by another thread because that does not run")
    void pidfd_handedOverElsewhere_leftToItsLoop() throws Exception {
        var world = new World(new PidfdChildWatcher(), LoopKind.EPOLL);
        try {
            Child[] child = new Child[1];
            world.turn(() -> child[0] = world.watchedSleeper());
            Thread[] remover = new Thread[1];
            var loop =
                    new SelectorEventLoop() {
                        @Override
                        public boolean removeReader(int fd) {
                            remover[0] = Thread.currentThread();
                            return super.removeReader(fd);
                        }
                    };
            try (loop) {
                World.turn(
                        loop, () -> world.watcher.addChildHandler(child[0].pid(), world.recorder));
                World.turn(loop, () -> {}); // in which its descriptor is added
                elsewhere(() -> world.watcher.removeChildHandler(child[0].pid()));
                assertThat(remover[0]).isNull();
                World.turn(loop, () -> {});
                assertThat(remover[0]).isNotNull();
                assertThat(remover[0].getName()).isNotEqualTo("elsewhere");
            }
        } finally {
            world.close();
        }
    }
}

package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Child;
import io.asyncio4j.reap.Reaper;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Logs;
import io.asyncio4j.testing.LoopKind;
import java.io.IOException;
import java.util.ArrayList;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handing children over to a watcher that fails. */
@ExtendWith(LeakCheck.class)
class HandoverTest {

    /** Fails at each second child: before it has registered it, or after that. */
    private static final class Failing extends AbstractChildWatcher
            implements AdoptingChildWatcher {
        private final ThreadedChildWatcher real = new ThreadedChildWatcher();
        private final boolean registers;
        private int adopted;

        Failing(boolean registers) {
            this.registers = registers;
        }

        @Override
        public boolean isRegistered(long pid) {
            return real.isRegistered(pid);
        }

        @Override
        public void adopt(long pid, @Nullable EventLoop loop, ChildHandler handler) {
            boolean fails = adopted++ % 2 == 0;
            if (!fails || registers) {
                real.adopt(pid, loop, handler);
            }
            if (fails) {
                throw new IllegalStateException("adopt");
            }
        }

        @Override
        public void addChildHandler(long pid, ChildHandler handler) {
            throw new AssertionError("only adopts");
        }

        @Override
        public void attachLoop(@Nullable EventLoop loop) {}

        @Override
        public Guard enter() {
            return Guard.NONE;
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @DisplayName("a successor that throws at some children loses none, and tells of none twice")
    void adopt_throws_noChildIsLost(boolean registers) throws Exception {
        for (ChildWatcher watcher :
                new ChildWatcher[] {new ThreadedChildWatcher(), new PidfdChildWatcher()}) {
            try (var logs = Logs.capture();
                    var world = new World(watcher, LoopKind.EPOLL)) {
                var children = new ArrayList<Child>();
                world.turn(() -> {
                    for (int i = 0; i < 6; i++) {
                        children.add(world.watchedSleeper());
                    }
                });
                world.turn(() ->
                        ((AbstractChildWatcher) watcher)
                                .handOver(new Failing(registers), world.loop));
                for (Child child : children) {
                    child.signal(World.KILL);
                }
                world.untilReported(6);
                assertThat(world.reported).extracting(World.Exit::returncode).containsOnly(-9);
                assertThat(world.pids())
                        .containsExactlyInAnyOrderElementsOf(
                                children.stream().map(Child::pid).toList());
                assertThat(logs.messages())
                        .filteredOn(text -> text.contains(registers ? "while adopting" : "refuses"))
                        .hasSize(3);
            }
        }
    }

    @Test
    @DisplayName("a successor whose reaping fails at one child gets the others")
    @SuppressWarnings("deprecation") // that watcher
    void reaping_fails_othersAreMoved() throws Exception {
        boolean[] failed = new boolean[1];
        Registry.Reap reaper =
                child -> {
                    if (!failed[0]) {
                        failed[0] = true;
                        throw new IOException("reap");
                    }
                    return Reaper.reap(child);
                };
        var first = new ThreadedChildWatcher();
        var successor = new MultiLoopChildWatcher(new Registry(reaper));
        try (var _ = Logs.capture();
                var world = new World(first, LoopKind.EPOLL)) {
            successor.attachLoop(world.loop);
            var children = new ArrayList<Child>();
            world.turn(() -> {
                for (int i = 0; i < 3; i++) {
                    children.add(world.watchedSleeper());
                }
            });
            world.turn(() -> first.handOver(successor, world.loop));
            for (Child child : children) {
                child.signal(World.KILL);
            }
            world.untilReported(3);
            assertThat(world.reported).extracting(World.Exit::returncode).containsOnly(-9);
        } finally {
            successor.close();
        }
    }
}

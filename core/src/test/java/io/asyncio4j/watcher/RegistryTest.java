package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.Child;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Logs;
import io.asyncio4j.testing.LoopKind;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a watcher's threads may do to each other, in an order of our choice. */
@ExtendWith(LeakCheck.class)
class RegistryTest {

    private final Registry registry = new Registry();
    private World world;
    private SelectorEventLoop other;

    @BeforeEach
    void open() {
        world = new World(new ThreadedChildWatcher(), LoopKind.EPOLL);
        other = new SelectorEventLoop();
    }

    @AfterEach
    void close() throws Exception {
        other.close();
        world.close();
    }

    private static ChildHandler unwanted() {
        return (pid, returncode) -> {
            throw new AssertionError("replaced");
        };
    }

    @Test
    @DisplayName("a child that moves to another loop before the first has looked is told there")
    void movedBeforeLook_toldOnNewLoop() throws Exception {
        Child child = world.ended("exit 3");
        PendingChild pending = registry.add(child.pid(), other, unwanted());
        assertThat(pending).isNotNull();
        assertThat(registry.add(child.pid(), world.loop, world.recorder)).isNull();
        World.turn(other, () -> assertThat(registry.checkHere(pending, other)).isTrue());
        assertThat(world.reported).as("not here").isEmpty();
        world.untilReported(1);
        assertThat(world.returncodes(child.pid())).containsExactly(3);
    }

    @Test
    @DisplayName("a child that moves to another loop after it was reaped is told there, once")
    void movedAfterReap_toldOnNewLoop() throws Exception {
        Child child = world.ended("exit 3");
        PendingChild pending = registry.add(child.pid(), other, unwanted());
        assertThat(registry.check(pending)).isTrue();
        assertThat(registry.add(child.pid(), world.loop, world.recorder)).isNull();
        World.turn(other, () -> {});
        assertThat(world.reported).as("not here").isEmpty();
        world.untilReported(1);
        world.turn(() -> {});
        assertThat(world.returncodes(child.pid())).containsExactly(3);
    }

    @Test
    @DisplayName("a handler can be replaced, and called off, between the reaping and the telling")
    void reaped_replacedOrCalledOff() throws Exception {
        Child one = world.ended("exit 1");
        Child two = world.ended("exit 2");
        Child three = world.ended("exit 3");
        for (Child each : new Child[] {one, two, three}) {
            assertThat(registry.check(registry.add(each.pid(), world.loop, unwanted()))).isTrue();
        }
        assertThat(registry.pending()).isEmpty();
        assertThat(registry.hasPending()).isFalse();
        assertThat(registry.add(one.pid(), world.loop, world.recorder)).isNull();
        assertThat(registry.remove(two.pid())).isNotNull();
        registry.silence(three.pid());
        assertThat(registry.remove(three.pid())).isNull();
        world.turn(() -> {});
        assertThat(world.failures).isEmpty();
        assertThat(world.returncodes(one.pid())).containsExactly(1);
        assertThat(world.reported).hasSize(1);
        assertThat(registry.remove(one.pid())).isNull();
    }

    @Test
    @DisplayName("an exit waits for another loop only if its child was never given one of its own")
    void loopClosed_keptForAnotherUnlessItsOwn() throws Exception {
        Child anyones = world.ended("exit 1");
        Child others = world.ended("exit 2");
        PendingChild kept = registry.add(anyones.pid(), null, world.recorder);
        PendingChild dropped = registry.add(others.pid(), null, unwanted());
        assertThat(registry.add(others.pid(), other, unwanted())).isNull();
        other.close();
        try (var logs = Logs.capture()) {
            assertThat(registry.check(kept, other)).isTrue();
            assertThat(registry.check(dropped)).isTrue();
            assertThat(logs.messages()).singleElement().asString().contains("pid " + others.pid());
        }
        registry.resume(world.loop);
        world.untilReported(1);
        world.turn(() -> {});
        assertThat(world.pids()).containsExactly(anyones.pid());
        assertThat(world.failures).isEmpty();
    }

    @Test
    @DisplayName("what was drained is neither reaped nor told of any more")
    void drained_leftAlone() throws Exception {
        Child child = world.ended("exit 1");
        PendingChild pending = registry.add(child.pid(), world.loop, unwanted());
        assertThat(registry.drain()).containsExactly(pending);
        assertThat(registry.check(pending)).isTrue();
        assertThat(child.isGone()).isFalse();
        registry.exited(pending, new ExitStatus.Exited(1, null), world.loop);
        world.turn(() -> {});
        assertThat(world.failures).isEmpty();
    }

    @Test
    @DisplayName("what was drained refuses children, so that none is left behind, until reopened")
    void drained_refusesUntilReopened() throws Exception {
        Child child = world.ended("exit 4");
        registry.drain();
        assertThatThrownBy(() -> registry.add(child.pid(), world.loop, unwanted()))
                .isInstanceOf(WatcherReplacedException.class)
                .hasMessageContaining("Child " + child.pid() + " is refused");
        assertThat(registry.knows(child.pid())).isFalse();
        assertThat(child.isGone()).isFalse();
        registry.reopen();
        PendingChild pending = registry.add(child.pid(), world.loop, world.recorder);
        assertThat(registry.check(pending)).isTrue();
        world.untilReported(1);
        assertThat(world.returncodes(child.pid())).containsExactly(4);
    }

    @Test
    @DisplayName("the exit of a child with no handler left leaves nothing behind")
    void silenced_reapedAndForgotten() throws Exception {
        Child child = world.ended("exit 1");
        PendingChild pending = registry.add(child.pid(), world.loop, unwanted());
        registry.silence(child.pid());
        assertThat(registry.check(pending)).isTrue();
        assertThat(child.isGone()).isTrue();
        assertThat(registry.remove(child.pid())).isNull();
    }

    @Test
    @DisplayName("an exit whose loop is closed is forgotten")
    void loopClosed_forgotten() throws Exception {
        Child child = world.ended("exit 1");
        PendingChild pending = registry.add(child.pid(), other, unwanted());
        other.close();
        assertThat(registry.check(pending)).isTrue();
        assertThat(registry.remove(child.pid())).isNull();
    }
}

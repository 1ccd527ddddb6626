package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.EventLoop;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.Spawn;
import io.asyncio4j.os.TestRequest;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.Logs;
import io.asyncio4j.testing.LoopKind;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of children whose loop is closed before their exit was told of. */
@ExtendWith(LeakCheck.class)
class ClosedLoopTest {

    private static ChildWatcher watcher(String name) {
        ChildWatcher watcher = Watchers.create(name);
        // MultiLoopChildWatcher is active from now on; which loop does not matter.
        watcher.attachLoop(null);
        return watcher;
    }

    private static void awaitReport(Logs logs, Child child) {
        World.await(() -> reports(logs, child) > 0);
    }

    private static long reports(Logs logs, Child child) {
        return logs.messages().stream()
                .filter(text ->
                        text.startsWith("Loop ")
                                && text.endsWith(" that handles pid " + child.pid() + " is closed"))
                .count();
    }

    private static Child watched(EventLoop loop, ChildWatcher watcher) throws Exception {
        Child[] child = new Child[1];
        World.turn(
                loop,
                () -> {
                    child[0] =
                            Children.started(
                                    Spawn.spawn(TestRequest.of(List.of("/bin/sleep", "1000"))));
                    // A handler that refers to its loop, as those of subprocess transports do.
                    watcher.addChildHandler(child[0].pid(), (pid, returncode) -> loop.stop());
                });
        return child[0];
    }

    @ParameterizedTest
    @ValueSource(strings = {"threaded", "pidfd", "uring", "multiloop"})
    @DisplayName("an exit that its loop was about to tell of when it was closed is reported once")
    void exitPosted_loopClosed_reportedOnce(String name) throws Exception {
        ChildWatcher watcher = watcher(name);
        try (var logs = Logs.capture()) {
            EventLoop loop = LoopKind.fitting(name).open();
            Child child = watched(loop, watcher);
            child.signal(World.KILL);
            if (!List.of("pidfd", "uring").contains(name)) { // which reap on the loop
                World.await(child::isGone);
            }
            loop.close();
            awaitReport(logs, child);
            World.await(child::isGone);
            // Once more, if anybody would.
            watcher.removeChildHandler(child.pid());
            assertThat(reports(logs, child)).isOne();
        } finally {
            watcher.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"threaded", "pidfd", "uring", "multiloop"})
    @DisplayName("a child does not keep its closed loop, and its exit is reported when it comes")
    void childRuns_loopClosed_loopIsLetGo(String name) throws Exception {
        ChildWatcher watcher = watcher(name);
        try (var logs = Logs.capture()) {
            Child[] child = new Child[1];
            WeakReference<EventLoop> loop = closedLoop(name, watcher, child);
            long begin = System.nanoTime();
            while (!loop.refersTo(null)) {
                assertThat(System.nanoTime() - begin).isLessThan(30_000_000_000L);
                System.gc();
                LockSupport.parkNanos(1_000_000);
            }
            assertThat(reports(logs, child[0])).isZero();
            child[0].signal(World.KILL);
            awaitReport(logs, child[0]);
            assertThat(reports(logs, child[0])).isOne();
        } finally {
            watcher.close();
        }
    }

    private static WeakReference<EventLoop> closedLoop(
            String name, ChildWatcher watcher, Child[] child) throws Exception {
        EventLoop loop = LoopKind.fitting(name).open();
        child[0] = watched(loop, watcher);
        loop.close();
        return new WeakReference<>(loop);
    }
}

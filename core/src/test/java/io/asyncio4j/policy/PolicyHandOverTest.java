package io.asyncio4j.policy;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.Spawn;
import io.asyncio4j.os.TestRequest;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.LoopKind;
import io.asyncio4j.testing.WatcherNames;
import io.asyncio4j.warning.Warnings;
import io.asyncio4j.watcher.ChildWatcher;
import io.asyncio4j.watcher.Watchers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Replacing a policy's watcher while children run. */
@ExtendWith(LeakCheck.class)
@SuppressWarnings("deprecation") // what is tested is deprecated
class PolicyHandOverTest {

    @Test
    @DisplayName("children that run through one watcher after another are told of, once each")
    void setChildWatcher_childrenRun_toldOnce() throws Exception {
        var policy =
                new DefaultEventLoopPolicy() {
                    @Override
                    public EventLoop newEventLoop() {
                        return LoopKind.IO_URING.open(); // on which every watcher waits
                    }
                };
        var told = new ArrayList<Long>();
        var children = new ArrayList<Child>();
        try (var _ = Warnings.record()) {
            Policies.where(policy)
                    .call(() -> {
                        Asyncio.run(() -> runThroughAll(policy, children, told));
                        policy.setChildWatcher(null);
                        return null;
                    });
        }
        assertThat(told)
                .containsExactlyInAnyOrderElementsOf(children.stream().map(Child::pid).toList());
    }

    private static void runThroughAll(
            DefaultEventLoopPolicy policy, List<Child> children, List<Long> told) throws Exception {
        EventLoop loop = Asyncio.getRunningLoop();
        var done = loop.<Void>createFuture();
        loop.callLater(
                Duration.ofSeconds(20),
                () -> done.setException(new AssertionError("told only " + told)));
        var names = Stream.concat(WatcherNames.all(), Stream.of("pidfd", "threaded")).toList();
        for (String name : names) {
            ChildWatcher watcher = Watchers.create(name);
            policy.setChildWatcher(watcher);
            policy.setEventLoop(loop);
            try (var _ = watcher.enter()) {
                for (int i = 0; i < 3; i++) {
                    var sleep = TestRequest.of(List.of("/bin/sleep", "1000"));
                    Child child = Children.started(Spawn.spawn(sleep));
                    children.add(child);
                    watcher.addChildHandler(
                            child.pid(),
                            (pid, returncode) -> {
                                told.add(pid);
                                if (told.size() == 3 * names.size()) {
                                    done.setResult(null);
                                }
                            });
                }
            }
            // One that the next watcher inherits as a zombie, or hears of itself.
            children.get(children.size() - 2).signal(9);
        }
        for (Child child : children) {
            try {
                child.signal(9);
            } catch (NoSuchProcessException e) {
                // Told of already, or about to be.
                continue;
            }
        }
        Asyncio.await(done);
    }
}

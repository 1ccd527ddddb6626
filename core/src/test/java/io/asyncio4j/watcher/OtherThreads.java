package io.asyncio4j.watcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.Child;
import io.asyncio4j.spi.LoopContext;
import java.util.ArrayList;
import java.util.concurrent.FutureTask;

/** Loops of other threads that share a watcher. */
final class OtherThreads {
    private OtherThreads() {}

    /** Registers a child from a loop of each of two threads; each must hear of its own. */
    static void toldThere(World world) throws Exception {
        var tasks = new ArrayList<FutureTask<Integer>>();
        for (int status : new int[] {11, 12}) {
            var task = new FutureTask<>(() -> runThere(world, status));
            tasks.add(task);
            new Thread(task).start();
        }
        assertThat(tasks.get(0).get()).isEqualTo(11);
        assertThat(tasks.get(1).get()).isEqualTo(12);
    }

    private static int runThere(World world, int status) throws Exception {
        Thread thread = Thread.currentThread();
        var returncode = new int[1];
        try (var loop = new SelectorEventLoop()) {
            World.turn(
                    loop,
                    () -> {
                        Child child = world.spawn("read line </dev/null; exit " + status);
                        world.watcher.addChildHandler(
                                child.pid(),
                                (pid, code) -> {
                                    assertThat(LoopContext.policyThread()).isSameAs(thread);
                                    returncode[0] = code;
                                    loop.stop();
                                });
                    });
            loop.runForever();
        }
        return returncode[0];
    }
}

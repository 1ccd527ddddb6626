package io.asyncio4j.loop;

import static io.asyncio4j.testing.Loops.iterate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.Asyncio;
import io.asyncio4j.Future;
import io.asyncio4j.Task;
import io.asyncio4j.spi.LoopContext;
import io.asyncio4j.spi.LoopContext.TaskMode;
import io.asyncio4j.testing.CountingSelector;
import io.asyncio4j.testing.Loops;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** What the threads below tasks must not do to the loop, and the other way round. */
@ParameterizedClass
@MethodSource("io.asyncio4j.testing.Loops#names")
class TaskThreadsTest {

    private final CountingSelector waits;
    private final SelectorEventLoop loop;
    private final List<Object> events = Collections.synchronizedList(new ArrayList<>());

    TaskThreadsTest(String selector) {
        waits = new CountingSelector(Loops.openSelector(selector));
        loop = new SelectorEventLoop(waits);
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private static void assumeCarrierMode() {
        assumeTrue(LoopContext.mode() == TaskMode.CARRIER, "in hand-off mode the loop would wait");
    }

    @Test
    @DisplayName("a task's code runs in a virtual thread that bears its name")
    void task_runsInVirtualThread() {
        Thread thread = loop.runUntilComplete(loop.createTask(Thread::currentThread, "named"));
        assertThat(thread.isVirtual()).isTrue();
        assertThat(thread.getName()).isEqualTo("named");
    }

    @Test
    @DisplayName("without a grace a blocking JDK call parks only its task: others run meanwhile")
    void blocked_withoutGrace_parksOnlyItsTask() {
        assumeCarrierMode();
        loop.setBlockingGrace(Duration.ZERO);
        var others = new CountDownLatch(1);
        loop.runUntilComplete(() -> {
            var queue = new SynchronousQueue<String>();
            Task<String> taker = Asyncio.createTask(queue::take);
            Task<?> sleeper =
                    Asyncio.createTask(() -> {
                        events.add("blocks");
                        others.await();
                        queue.put("from the other");
                        return events.add("goes on");
                    });
            Asyncio.createTask(() -> {
                events.add("meanwhile");
                others.countDown();
                return null;
            });
            events.add(taker.await());
            return sleeper.await();
        });
        assertThat(events).startsWith("blocks", "meanwhile").contains("from the other", "goes on");
    }

    @Test
    @DisplayName("a lock that a parked task holds and a callback wants does not stop the loop")
    void lock_heldByParkedTask_wantedByCallback() {
        assumeCarrierMode();
        var lock = new ReentrantLock();
        Object monitor = new Object();
        var release = new CountDownLatch(1);
        Task<?> holder =
                loop.createTask(() -> {
                    lock.lock();
                    try {
                        synchronized (monitor) {
                            release.await();
                        }
                        events.add("task");
                    } finally {
                        lock.unlock();
                    }
                    return null;
                });
        var callback = new AtomicReference<Thread>();
        loop.callSoon(() -> {
            callback.set(Thread.currentThread());
            synchronized (monitor) {
                lock.lock();
                events.add("callback");
                lock.unlock();
            }
        });
        // Goes on only when the callback waits for the monitor; no API tells, but its state.
        Thread.ofPlatform()
                .start(() -> {
                    while (callback.get() == null || !isBlocked(callback.get())) {
                        Thread.onSpinWait();
                    }
                    release.countDown();
                });
        loop.runUntilComplete(holder);
        iterate(loop);
        assertThat(events).containsExactly("task", "callback");
    }

    private static boolean isBlocked(Thread thread) {
        return thread.getState() == Thread.State.BLOCKED;
    }

    @Test
    @DisplayName(
            "a callback that waits for another thread lets the loop's owner rest, interrupted or not")
    void callbackBlocked_interrupted_doesNotSpin() throws Exception {
        var release = new CountDownLatch(1);
        Thread owner = Thread.currentThread();
        loop.callSoon(() -> {
            Thread.ofPlatform()
                    .start(() -> {
                        if (LoopContext.mode() == TaskMode.CARRIER) {
                            owner.interrupt();
                        }
                        release.countDown();
                    });
            try {
                release.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            events.add("went on");
        });
        iterate(loop);
        assertThat(events).containsExactly("went on");
        boolean unused = Thread.interrupted();
    }

    @Test
    @DisplayName("an interrupt of the loop's thread does not make its waits return at once")
    void run_interrupted_doesNotSpin() {
        Thread.currentThread().interrupt();
        loop.callLater(Duration.ofMillis(30), loop::stop);
        loop.runForever();
        assertThat(waits.selects()).isLessThan(10);
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    @DisplayName("an interrupt of a task's thread does not end its await, nor make it spin")
    void await_interrupted_goesOnWaiting() {
        Future<String> future = loop.createFuture();
        Thread[] thread = new Thread[1];
        Task<String> task =
                loop.createTask(() -> {
                    thread[0] = Thread.currentThread();
                    String result = future.await();
                    events.add(Thread.interrupted());
                    return result;
                });
        iterate(loop);
        thread[0].interrupt();
        loop.callLater(Duration.ofMillis(30), () -> future.setResult("done"));
        assertThat(loop.runUntilComplete(task)).isEqualTo("done");
        assertThat(events).containsExactly(true);
        assertThat(waits.selects()).isLessThan(20);
    }

    @Test
    @DisplayName("foreign unparks of a task's thread do not end its await")
    void await_foreignUnpark_goesOnWaiting() {
        Future<String> future = loop.createFuture();
        Thread[] thread = new Thread[1];
        Task<String> task =
                loop.createTask(() -> {
                    thread[0] = Thread.currentThread();
                    return future.await();
                });
        iterate(loop);
        for (int i = 0; i < 100; i++) {
            LockSupport.unpark(thread[0]);
            iterate(loop);
            assertThat(task.isDone()).isFalse();
        }
        // One that races with the real wake-up.
        future.setResult("done");
        LockSupport.unpark(thread[0]);
        assertThat(loop.runUntilComplete(task)).isEqualTo("done");
    }

    @Test
    @DisplayName("an unpark while the loop is stopped is kept for the next run")
    void unpark_loopStopped_isKept() throws Exception {
        assumeCarrierMode();
        var latch = new CountDownLatch(1);
        Task<String> task =
                loop.createTask(() -> {
                    latch.await();
                    return "released";
                });
        iterate(loop);
        var other = new FutureTask<>(latch::countDown, null);
        Thread.ofPlatform().start(other);
        other.get();
        assertThat(loop.runUntilComplete(task)).isEqualTo("released");
    }

    @Test
    @DisplayName("an unpark after the loop was closed does not throw")
    void unpark_loopClosed_isHarmless() {
        Thread[] thread = new Thread[1];
        var latch = new CountDownLatch(1);
        loop.createTask(() -> {
            thread[0] = Thread.currentThread();
            if (LoopContext.mode() == TaskMode.CARRIER) {
                latch.await();
            } else {
                Asyncio.sleep(Duration.ofHours(1));
            }
            return null;
        });
        iterate(loop);
        loop.close();
        latch.countDown();
        LockSupport.unpark(thread[0]);
        thread[0].interrupt();
    }

    @Test
    @DisplayName(
            "virtual threads that callbacks and tasks start run beside the loop, and outlive it")
    void children_runBesideAndOutlive() throws Exception {
        var release = new CountDownLatch(1);
        var children = new ArrayList<Thread>();
        var slept = new CountDownLatch(2);
        Runnable spawn =
                () ->
                        children.add(
                                Thread.startVirtualThread(() -> {
                                    events.add(LoopContext.current() == null);
                                    try {
                                        Thread.sleep(1);
                                        slept.countDown();
                                        release.await();
                                    } catch (InterruptedException e) {
                                        throw new AssertionError(e);
                                    }
                                }));
        loop.callSoon(spawn);
        loop.runUntilComplete(() -> {
            spawn.run();
            if (LoopContext.mode() == TaskMode.HANDOFF) {
                // The task itself is one of the JDK's virtual threads, which on a machine of one
                // core run one at a time, and to yield does not let all of the others run.
                slept.await();
            }
            while (slept.getCount() > 0) {
                // Busy, and yet the children go on.
                Thread.onSpinWait();
            }
            Asyncio.sleep(Duration.ofMillis(1));
            return null;
        });
        loop.close();
        release.countDown();
        for (Thread child : children) {
            child.join();
        }
        assertThat(events).containsExactly(true, true);
    }

    @Test
    @DisplayName("a child's children, and a task that waits for them with join")
    void children_nestedAndJoined() {
        assumeCarrierMode();
        int sum =
                loop.runUntilComplete(() -> {
                    var total = new java.util.concurrent.atomic.AtomicInteger();
                    Thread child =
                            Thread.startVirtualThread(() -> {
                                Thread grandchild =
                                        Thread.startVirtualThread(total::incrementAndGet);
                                try {
                                    grandchild.join();
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                                total.addAndGet(10);
                            });
                    child.join();
                    return total.get();
                });
        assertThat(sum).isEqualTo(11);
    }

    @Test
    @DisplayName("blocking I/O in a task leaves no blocked thread behind when the loop has ended")
    void blockingIo_loopClosed_othersGoOn() throws Exception {
        assumeCarrierMode();
        try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            // The first read of a virtual thread in this process may be this one.
            loop.runUntilComplete(() -> {
                try (var client = new Socket(server.getInetAddress(), server.getLocalPort());
                        var peer = server.accept()) {
                    Task<Integer> reader = Asyncio.createTask(() -> client.getInputStream().read());
                    Asyncio.sleep(Duration.ofMillis(1));
                    peer.getOutputStream().write(7);
                    events.add(reader.await());
                }
                return null;
            });
            loop.close();
            var other =
                    new FutureTask<>(() -> {
                        try (var client =
                                new Socket(server.getInetAddress(), server.getLocalPort())) {
                            events.add("connected");
                            return client.getInputStream().read();
                        }
                    });
            Thread.startVirtualThread(other);
            try (var peer = server.accept()) {
                while (!events.contains("connected")) {
                    Thread.onSpinWait();
                }
                peer.getOutputStream().write(8);
                assertThat(other.get()).isEqualTo(8);
            }
        }
        assertThat(events).containsExactly(7, "connected");
    }

    @Test
    @DisplayName("a stack overflow ends its task only")
    void stackOverflow_endsItsTaskOnly() {
        Task<Integer> task = loop.createTask(() -> depth(0));
        assertThatThrownBy(() -> loop.runUntilComplete(task))
                .isInstanceOf(StackOverflowError.class);
        assertThat(loop.runUntilComplete(() -> "alive")).isEqualTo("alive");
    }

    @SuppressWarnings("InfiniteRecursion")
    private static int depth(int n) {
        return depth(n + 1) + 1;
    }

    @Test
    @DisplayName("a task may await deep in its stack, in a lambda, and in synchronized code")
    void await_anywhereOnTheStack() {
        Object monitor = new Object();
        int result =
                loop.runUntilComplete(() -> {
                    int[] found = new int[1];
                    List.of(1, 2, 3)
                            .forEach(n -> {
                                synchronized (monitor) {
                                    Asyncio.sleep(Duration.ZERO);
                                    found[0] += n;
                                }
                            });
                    return found[0];
                });
        assertThat(result).isEqualTo(6);
    }

    @Test
    @DisplayName("the loop runs in a virtual thread as well")
    void run_inVirtualThread() throws Exception {
        var run =
                new FutureTask<>(() ->
                        loop.runUntilComplete(() -> {
                            Asyncio.sleep(Duration.ofMillis(1));
                            return Asyncio.await(CompletableFuture.supplyAsync(() -> 5));
                        }));
        Thread.startVirtualThread(run);
        assertThat(run.get()).isEqualTo(5);
    }

    @Test
    @DisplayName("many loops run at the same time, each with its tasks")
    void manyLoops_atOnce() throws Exception {
        var runs = new ArrayList<FutureTask<Integer>>();
        for (int i = 0; i < 8; i++) {
            int number = i;
            var run =
                    new FutureTask<>(() -> {
                        try (var mine = Loops.open(waits.name())) {
                            return mine.runUntilComplete(() -> {
                                for (int n = 0; n < 50; n++) {
                                    Asyncio.sleep(Duration.ofNanos(n * 1000));
                                    assertThat(Asyncio.getRunningLoop()).isSameAs(mine);
                                }
                                return number;
                            });
                        }
                    });
            runs.add(run);
            Thread.ofPlatform().start(run);
        }
        for (int i = 0; i < 8; i++) {
            assertThat(runs.get(i).get()).isEqualTo(i);
        }
    }
}

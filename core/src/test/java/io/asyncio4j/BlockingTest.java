package io.asyncio4j;

import static io.asyncio4j.Asyncio.blocking;
import static io.asyncio4j.Asyncio.blockingInterruptibly;
import static io.asyncio4j.testing.Loops.iterate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.spi.LoopContext;
import io.asyncio4j.testkit.VirtualTimeLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Phaser;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An await point inside which a task may block. */
@Timeout(60)
class BlockingTest {

    private static final int MANY = 100;

    private final SelectorEventLoop loop = new SelectorEventLoop();
    private final List<Object> events = Collections.synchronizedList(new ArrayList<>());

    @AfterEach
    void close() {
        loop.close();
    }

    private void runMany(Action code) {
        loop.runUntilComplete(() -> {
            var tasks = new ArrayList<Task<?>>();
            for (int i = 0; i < MANY; i++) {
                tasks.add(Asyncio.createTask(code));
            }
            for (Task<?> task : tasks) {
                task.await();
            }
            return null;
        });
    }

    @Test
    @DisplayName(
            "100 tasks block at once, each until all of them do: on a lock, a monitor, a sleep")
    void many_blockAtOnce() {
        var all = new Phaser(MANY);
        var inside = new AtomicInteger();
        Object monitor = new Object();
        runMany(() ->
                blocking(() -> {
                    all.arriveAndAwaitAdvance();
                    Thread.sleep(1);
                    synchronized (monitor) {
                        if (inside.incrementAndGet() == MANY) {
                            monitor.notifyAll();
                        }
                        while (inside.get() < MANY) {
                            monitor.wait();
                        }
                    }
                }));
        assertThat(inside).hasValue(MANY);
    }

    @Test
    @DisplayName("100 tasks read from sockets at once, that are written to when all of them do")
    void many_readSocketsAtOnce() throws Exception {
        try (var server = new ServerSocket(0, MANY, InetAddress.getLoopbackAddress())) {
            var reading = new CountDownLatch(MANY);
            var sum = new AtomicInteger();
            Thread peer =
                    Thread.ofPlatform()
                            .start(() -> {
                                var sockets = new ArrayList<Socket>();
                                try {
                                    for (int i = 0; i < MANY; i++) {
                                        sockets.add(server.accept());
                                    }
                                    reading.await();
                                    for (Socket socket : sockets) {
                                        socket.getOutputStream().write(1);
                                        socket.close();
                                    }
                                } catch (IOException | InterruptedException e) {
                                    events.add(e);
                                }
                            });
            runMany(() -> {
                int read =
                        blocking(() -> {
                            try (var socket =
                                    new Socket(server.getInetAddress(), server.getLocalPort())) {
                                reading.countDown();
                                return socket.getInputStream().read();
                            }
                        });
                sum.addAndGet(read);
            });
            peer.join();
            assertThat(sum).hasValue(MANY);
            assertThat(events).isEmpty();
        }
    }

    @Test
    @DisplayName("50 tasks read from pipes at once, in native code that the JDK cannot park")
    void many_readPipesAtOnce() throws Exception {
        int children = 50;
        var processes = new ArrayList<java.lang.Process>();
        var reading = new CountDownLatch(children);
        try {
            for (int i = 0; i < children; i++) {
                processes.add(new ProcessBuilder("cat").start());
            }
            int sum =
                    loop.runUntilComplete(() -> {
                        var readers = new ArrayList<Task<Integer>>();
                        for (java.lang.Process process : processes) {
                            readers.add(
                                    Asyncio.createTask(() ->
                                            blocking(() -> {
                                                reading.countDown();
                                                return process.getInputStream().read();
                                            })));
                        }
                        blocking(() -> {
                            reading.await();
                            for (java.lang.Process process : processes) {
                                process.getOutputStream().write(1);
                                process.getOutputStream().close();
                            }
                        });
                        return Asyncio.gather(readers).stream().mapToInt(each -> each).sum();
                    });
            assertThat(sum).isEqualTo(children);
        } finally {
            for (java.lang.Process process : processes) {
                process.destroyForcibly();
                process.waitFor();
            }
        }
    }

    @Test
    @DisplayName("Callbacks run while the code inside keeps its processor busy")
    void busyCode_othersRun() {
        var ran = new AtomicBoolean();
        loop.runUntilComplete(() -> {
            loop.callSoon(() -> ran.set(true));
            blocking(() -> {
                while (!ran.get()) {
                    Thread.onSpinWait();
                }
            });
            return null;
        });
        assertThat(ran).isTrue();
    }

    @Test
    @DisplayName("The turn is taken back before it returns: what follows is one at a time")
    void turn_isTakenBack() {
        int[] counter = {0};
        boolean[] busy = {false};
        int[] overlaps = {0};
        runMany(() -> {
            for (int i = 0; i < 50; i++) {
                blocking(Thread::onSpinWait);
                assertThat(Asyncio.getRunningLoop()).isSameAs(loop);
                if (busy[0]) {
                    overlaps[0]++;
                }
                busy[0] = true;
                int before = counter[0];
                for (int n = 0; n < 20; n++) {
                    Thread.onSpinWait();
                }
                counter[0] = before + 1;
                busy[0] = false;
            }
        });
        assertThat(overlaps[0]).isZero();
        assertThat(counter[0]).isEqualTo(MANY * 50);
    }

    @Test
    @DisplayName("It is an await: what is ready runs before it returns, in its order")
    void order_isThatOfAnAwait() {
        loop.runUntilComplete(() -> {
            Task<?> other = Asyncio.createTask(() -> events.add("other"));
            Thread thread = Thread.currentThread();
            assertThat(blocking(Thread::currentThread)).isSameAs(thread);
            events.add("back");
            return other.await();
        });
        assertThat(events).containsExactly("other", "back");
    }

    @Test
    @DisplayName("Exceptions come out as themselves, typed")
    void exceptions_asThemselves() {
        var thrown = new IOException("no such table");
        Task<?> task =
                loop.createTask(() -> {
                    try {
                        blocking(() -> {
                            if (!events.contains("never")) {
                                throw thrown;
                            }
                        });
                    } catch (IOException e) { // the only checked one
                        events.add(e);
                    }
                    try {
                        blocking(() -> {
                            throw new AssertionError("an error");
                        });
                    } catch (AssertionError e) {
                        events.add(e.getMessage());
                    }
                    return null;
                });
        loop.runUntilComplete(task);
        assertThat(events).containsExactly(thrown, "an error");
    }

    @Test
    @DisplayName("Cancelled before it enters, a task never runs the code")
    void cancelledBefore_neverEnters() {
        Task<?> task =
                loop.createTask(() -> {
                    Asyncio.currentTask().cancel("early");
                    blocking(() -> events.add("inside"));
                    return null;
                });
        assertThatThrownBy(() -> loop.runUntilComplete(task))
                .isInstanceOf(CancellationException.class)
                .hasMessage("early");
        assertThat(events).isEmpty();
    }

    /** Cancels the task while its code is inside, then lets that go on; returns what it threw. */
    private Throwable cancelInside(VoidCode<?> code) {
        var inside = new CountDownLatch(1);
        var cancelled = new CountDownLatch(1);
        var thrown = new Throwable[1];
        Task<?> task =
                loop.createTask(() -> {
                    thrown[0] =
                            catchThrowable(() ->
                                    blocking(() -> {
                                        inside.countDown();
                                        cancelled.await();
                                        events.add("ends");
                                        code.run();
                                    }));
                    events.add(Asyncio.currentTask().cancelling());
                    Asyncio.currentTask().uncancel();
                    Asyncio.sleep(Duration.ZERO); // delivered once
                    return null;
                });
        Thread canceller =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                inside.await();
                            } catch (InterruptedException e) {
                                throw new AssertionError(e);
                            }
                            loop.callSoonThreadsafe(() -> {
                                task.cancel("late");
                                events.add("cancels");
                                cancelled.countDown();
                            });
                        });
        loop.runUntilComplete(task);
        assertThat(catchThrowable(canceller::join)).isNull();
        assertThat(events).containsExactly("cancels", "ends", 1);
        return thrown[0];
    }

    @Test
    @DisplayName("Cancelled inside, the code ends first, and the cancellation comes on the way out")
    void cancelledInside_comesOnTheWayOut() {
        assertThat(cancelInside(() -> {}))
                .isInstanceOf(CancellationException.class)
                .hasMessage("late");
    }

    @Test
    @DisplayName(
            "A cancellation has precedence over what the code throws, and keeps it as suppressed")
    void cancelledInside_codeThrows() {
        var failure = new IOException("broken");
        assertThat(
                        cancelInside(() -> {
                            throw failure;
                        }))
                .isInstanceOf(CancellationException.class)
                .hasSuppressedException(failure);
    }

    @Test
    @DisplayName(
            "Interruptibly, a cancellation interrupts the code, and leaves no interrupt behind")
    void cancelledInside_interrupts() {
        Throwable[] thrown = {null};
        Task<?> task =
                loop.createTask(() -> {
                    Task<?> self = Asyncio.currentTask();
                    thrown[0] =
                            catchThrowable(() ->
                                    blockingInterruptibly(() -> {
                                        loop.callSoonThreadsafe(self::cancel);
                                        new CountDownLatch(1).await();
                                    }));
                    return events.add(Thread.currentThread().isInterrupted());
                });
        loop.runUntilComplete(task);
        assertThat(thrown[0]).isInstanceOf(CancellationException.class);
        assertThat(thrown[0].getSuppressed())
                .hasSize(1)
                .hasOnlyElementsOfType(InterruptedException.class);
        assertThat(events).containsExactly(false);
    }

    @Test
    @DisplayName("Interruptibly, a deadline ends code that would wait for ever")
    void timeout_interrupts() {
        loop.runUntilComplete(() -> {
            assertThatThrownBy(() ->
                            Asyncio.timeout(
                                    Duration.ofMillis(1),
                                    () ->
                                            blockingInterruptibly(
                                                    () -> new CountDownLatch(1).await())))
                    .isInstanceOf(TimeoutException.class);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            return null;
        });
    }

    @Test
    @DisplayName("Interrupts that race with the end of the code hit nothing else")
    void interrupt_racesWithEnd() {
        runMany(() -> {
            for (int i = 0; i < 20; i++) {
                Task<?> task =
                        Asyncio.createTask(() -> {
                            try {
                                blockingInterruptibly(Thread::onSpinWait);
                            } finally {
                                if (Thread.currentThread().isInterrupted()) {
                                    events.add("interrupted");
                                }
                            }
                        });
                Asyncio.sleep(Duration.ofNanos(i * 2_000));
                task.cancel();
                var unused = Asyncio.gatherOutcomes(task);
            }
        });
        assertThat(events).isEmpty();
    }

    @Test
    @DisplayName("Inside there is no loop: waiting is refused, and touching it in debug mode")
    void inside_loopIsOutOfReach() {
        loop.setDebug(true);
        loop.runUntilComplete(() -> {
            Future<String> future = loop.createFuture();
            blocking(() -> {
                events.add(LoopContext.current() == null && Asyncio.currentTask() == null);
                for (Runnable each :
                        List.<Runnable>of(
                                () -> Asyncio.sleep(Duration.ZERO),
                                future::await,
                                () -> Asyncio.createTask(() -> 1),
                                Asyncio::getRunningLoop,
                                () -> loop.callSoon(() -> {}),
                                () -> loop.createTask(() -> 1),
                                () -> loop.callLater(Duration.ZERO, () -> {}))) {
                    assertThatThrownBy(each::run).isInstanceOf(IllegalStateException.class);
                }
                assertThatThrownBy(() -> Asyncio.sleep(Duration.ZERO))
                        .hasMessageContaining("from the code of blocking");
            });
            return null;
        });
        assertThat(events).containsExactly(true);
    }

    @Test
    @DisplayName("Nested, it just runs the code; outside of a task it is refused")
    void nested_runs_outside_isRefused() {
        int result =
                loop.runUntilComplete(() ->
                        blocking(() -> blocking(() -> blockingInterruptibly(() -> 3) + 1) + 1));
        assertThat(result).isEqualTo(5);
        assertThatThrownBy(() -> blocking(() -> events.add("ran")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("blocking must be called from a task");
        loop.callSoon(() ->
                events.add(catchThrowable(() -> blocking(() -> events.add("ran"))).getClass()));
        iterate(loop);
        assertThat(events).containsExactly(IllegalStateException.class);
    }

    @Test
    @DisplayName("An eager task that blocks lets its starter go on")
    void eager_starterGoesOn() {
        var release = new CountDownLatch(1);
        loop.runUntilComplete(() -> {
            Task<?> eager =
                    Asyncio.createEagerTask(() -> {
                        events.add("eager");
                        blocking(() -> release.await());
                        return events.add("back");
                    });
            events.add("starter");
            release.countDown();
            return eager.await();
        });
        assertThat(events).containsExactly("eager", "starter", "back");
    }

    @Test
    @DisplayName("A loop that is stopped meanwhile gives the turn when it runs again")
    void loopStopped_turnComesLater() {
        var inside = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        Task<String> task =
                loop.createTask(() -> {
                    String result =
                            blocking(() -> {
                                inside.countDown();
                                release.await();
                                return "done";
                            });
                    events.add("back");
                    return result;
                });
        iterate(loop);
        assertThat(catchThrowable(inside::await)).isNull();
        release.countDown();
        assertThat(events).isEmpty();
        assertThat(loop.runUntilComplete(task)).isEqualTo("done");
    }

    @Test
    @DisplayName("A loop that is closed meanwhile never gives it, and nothing throws")
    void loopClosed_neverReturns() throws Exception {
        var inside = new CountDownLatch(1);
        var release = new CountDownLatch(1);
        var thread = new Thread[1];
        loop.createTask(() -> {
            thread[0] = Thread.currentThread();
            try {
                blocking(() -> {
                    inside.countDown();
                    release.await();
                    events.add("ends");
                });
            } finally {
                events.add("never");
            }
            return null;
        });
        iterate(loop);
        inside.await();
        loop.close();
        release.countDown();
        while (events.isEmpty() || thread[0].getState() == Thread.State.BLOCKED) {
            Thread.onSpinWait();
        }
        assertThat(events).containsExactly("ends");
    }

    @Test
    @DisplayName("The clock of a virtual-time loop stands still meanwhile")
    void virtualTime_standsStill() {
        try (var virtual = new VirtualTimeLoop()) {
            virtual.runUntilComplete(() -> {
                Task<?> sleeper = Asyncio.createTask(() -> Asyncio.sleep(Duration.ofHours(1)));
                blocking(() -> Thread.sleep(5));
                events.add(virtual.time());
                return sleeper.await();
            });
        }
        assertThat(events).containsExactly(0L);
    }

    @Test
    @DisplayName("a deadline interrupts code that may be interrupted, and is what comes out")
    void blockingInterruptibly_deadline_timesOut() {
        Throwable thrown =
                catchThrowable(() ->
                        Asyncio.run(() ->
                                Asyncio.timeout(
                                        Duration.ofMillis(20),
                                        () ->
                                                blockingInterruptibly(() -> {
                                                    Thread.sleep(Duration.ofHours(1));
                                                    return 1;
                                                }))));
        assertThat(thrown).isInstanceOf(TimeoutException.class).hasMessage("Timed out after 0.02s");
        assertThat(thrown).hasRootCauseInstanceOf(CancellationException.class);
    }

    @Test
    @DisplayName("a deadline that code outlasts comes out when that has ended")
    void blocking_deadlineMeanwhile_timesOutOnTheWayOut() {
        var ended = new AtomicBoolean();
        Throwable thrown =
                catchThrowable(() ->
                        Asyncio.run(() ->
                                Asyncio.timeout(
                                        Duration.ofMillis(1),
                                        () ->
                                                blocking(() -> {
                                                    Thread.sleep(50);
                                                    ended.set(true);
                                                    return 7;
                                                }))));
        assertThat(thrown).isInstanceOf(TimeoutException.class);
        assertThat(ended).isTrue();
    }
}

package io.asyncio4j.loop;

import static io.asyncio4j.testing.Loops.iterate;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.Asyncio;
import io.asyncio4j.Future;
import io.asyncio4j.Task;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.LoopContext;
import io.asyncio4j.spi.LoopContext.TaskMode;
import io.asyncio4j.testing.Logs;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Code that the JDK parks outside of an await holds the loop, and for how long. */
@Timeout(60)
class BlockingGraceTest {

    private static final Duration FOR_EVER = ChronoUnit.FOREVER.getDuration();

    private final SelectorEventLoop loop = new SelectorEventLoop();
    private final List<Object> events = Collections.synchronizedList(new ArrayList<>());
    private final ReentrantLock lock = new ReentrantLock();
    // What the first step does before it wants the lock.
    private Runnable announce = () -> {};

    BlockingGraceTest() {
        loop.setBlockingGrace(FOR_EVER);
    }

    @AfterEach
    void close() {
        loop.close();
    }

    private static void assumeCarrierMode() {
        assumeTrue(LoopContext.mode() == TaskMode.CARRIER, "hand-off mode holds for ever");
    }

    private static void waitForState(Thread thread, Thread.State... states) {
        while (!List.of(states).contains(thread.getState())) {
            Thread.onSpinWait();
        }
    }

    /** Has a platform thread hold {@link #lock} until {@code waiter} waits for it, and posts. */
    private FutureTask<?> holdLockUntilWanted() throws Exception {
        var locked = new CountDownLatch(1);
        var wanting = new CountDownLatch(1);
        Thread[] thread = {null};
        var holder =
                new FutureTask<>(() -> {
                    lock.lock();
                    try {
                        locked.countDown();
                        wanting.await();
                        waitForState(thread[0], Thread.State.WAITING);
                        loop.callSoonThreadsafe(() -> events.add("posted"));
                    } finally {
                        lock.unlock();
                    }
                    return null;
                });
        Thread.ofPlatform().start(holder);
        locked.await();
        announce =
                () -> {
                    thread[0] = Thread.currentThread();
                    wanting.countDown();
                };
        return holder;
    }

    /** A step that needs the lock in its middle. */
    private void step(String name) {
        announce.run();
        announce = () -> {};
        events.add(name + " begins");
        lock.lock();
        lock.unlock();
        events.add(name + " ends");
    }

    @Test
    @DisplayName(
            "An account that is checked before and changed after a contended lock: never below 0")
    void account_contendedLock_neverOverdrawn() throws Exception {
        int tries = 10_000;
        int[] balance = {0};
        int[] overdrawn = {0};
        var stop = new AtomicBoolean();
        Runnable withdraw =
                () -> {
                    if (balance[0] >= 100) {
                        lock.lock(); // as a logger has
                        lock.unlock();
                        balance[0] -= 100;
                    }
                };
        Thread contender =
                Thread.ofPlatform()
                        .start(() -> {
                            while (!stop.get()) {
                                lock.lock();
                                for (int i = 0; i < 200; i++) {
                                    Thread.onSpinWait();
                                }
                                lock.unlock();
                            }
                        });
        try {
            loop.runUntilComplete(() -> {
                for (int i = 0; i < tries; i++) {
                    balance[0] = 100;
                    Task<?> first = loop.createTask(asCallable(withdraw));
                    Task<?> second = loop.createTask(asCallable(withdraw));
                    first.await();
                    second.await();
                    if (balance[0] < 0) {
                        overdrawn[0]++;
                    }
                }
                return null;
            });
        } finally {
            stop.set(true);
            contender.join();
        }
        assertThat(overdrawn[0]).isZero();
    }

    private static Callable<@Nullable Void> asCallable(Runnable code) {
        return () -> {
            code.run();
            return null;
        };
    }

    @Test
    @DisplayName("A lock that a plain thread holds: no task, callback or post runs meanwhile")
    void lockOfPlainThread_holdsLoop() throws Exception {
        FutureTask<?> holder = holdLockUntilWanted();
        Task<?> first = loop.createTask(asCallable(() -> step("first")));
        loop.callSoon(() -> events.add("callback"));
        Task<?> second = loop.createTask(asCallable(() -> step("second")));
        loop.runUntilComplete(first);
        loop.runUntilComplete(second);
        holder.get();
        iterate(loop);
        assertThat(events)
                .containsExactly(
                        "first begins",
                        "first ends",
                        "callback",
                        "second begins",
                        "second ends",
                        "posted");
    }

    @Test
    @DisplayName("A callback that waits for such a lock holds the loop as well")
    void callbackBlocked_holdsLoop() throws Exception {
        FutureTask<?> holder = holdLockUntilWanted();
        loop.callSoon(() -> step("callback"));
        Task<?> task = loop.createTask(asCallable(() -> step("task")));
        loop.runUntilComplete(task);
        holder.get();
        iterate(loop);
        assertThat(events)
                .containsExactly(
                        "callback begins", "callback ends", "task begins", "task ends", "posted");
    }

    @Test
    @DisplayName("An eager task that is blocked holds the loop, its starter included")
    void eagerTaskBlocked_starterWaits() throws Exception {
        FutureTask<?> holder = holdLockUntilWanted();
        loop.runUntilComplete(() -> {
            Task<?> other = loop.createTask(() -> events.add("other"));
            Task<?> eager = loop.createEagerTask(asCallable(() -> step("eager")));
            events.add("starter");
            eager.await();
            other.await();
            return null;
        });
        holder.get();
        assertThat(events).startsWith("eager begins", "eager ends", "starter", "other");
    }

    @Test
    @DisplayName(
            "A cancellation that is posted while the task holds the loop comes at its next await")
    void cancelPosted_comesAfterTheStep() throws Exception {
        var locked = new CountDownLatch(1);
        var thread = new CompletableFuture<Thread>();
        Task<?> task =
                loop.createTask(() -> {
                    thread.complete(Thread.currentThread());
                    lock.lock();
                    lock.unlock();
                    events.add(Asyncio.currentTask().cancelling());
                    Asyncio.sleep(Duration.ZERO); // the cancellation runs
                    return events.add("not cancelled");
                });
        Thread holder =
                Thread.ofPlatform()
                        .start(() -> {
                            lock.lock();
                            locked.countDown();
                            waitForState(thread.join(), Thread.State.WAITING);
                            loop.callSoonThreadsafe(task::cancel);
                            lock.unlock();
                        });
        locked.await();
        assertThatThrownBy(() -> loop.runUntilComplete(task))
                .isInstanceOf(CancellationException.class);
        holder.join();
        assertThat(events).containsExactly(0);
    }

    @Test
    @DisplayName("Sleeps, timed parks, yields and waits of the JDK give way to nobody")
    void otherWaits_holdLoop() {
        loop.runUntilComplete(() -> {
            Task<?> other = loop.createTask(() -> events.add("other"));
            Thread.sleep(1);
            LockSupport.parkNanos(1_000_000);
            LockSupport.unpark(Thread.currentThread());
            LockSupport.park();
            for (int i = 0; i < 10; i++) {
                Thread.yield();
            }
            synchronized (this) {
                wait(1);
            }
            events.add("first");
            return other.await();
        });
        assertThat(events).containsExactly("first", "other");
    }

    /** Initialised by a plain thread, slowly. */
    private static final class Slow {
        static final CountDownLatch BEGUN = new CountDownLatch(1);

        static final class Initialised {
            static {
                BEGUN.countDown();
                LockSupport.parkNanos(20_000_000);
            }

            static void touch() {}
        }
    }

    @Test
    @DisplayName("A class that another thread initialises holds the loop")
    void classInitialiser_holdsLoop() throws Exception {
        Thread initialiser = Thread.ofPlatform().start(Slow.Initialised::touch);
        Slow.BEGUN.await();
        loop.runUntilComplete(() -> {
            Task<?> other = loop.createTask(() -> events.add("other"));
            Slow.Initialised.touch();
            events.add("first");
            return other.await();
        });
        initialiser.join();
        assertThat(events).containsExactly("first", "other");
    }

    @Test
    @DisplayName("A thread of the loop's factory is a task, and holds the loop when it is blocked")
    void forkedThread_holdsLoop() throws Exception {
        assumeCarrierMode();
        FutureTask<?> holder = holdLockUntilWanted();
        loop.runUntilComplete(() -> {
            Future<Boolean> done = loop.createFuture();
            loop.threadFactory()
                    .newThread(() -> {
                        step("forked");
                        done.setResult(true);
                    })
                    .start();
            Task<?> other = loop.createTask(() -> events.add("other"));
            done.await();
            return other.await();
        });
        holder.get();
        assertThat(events).startsWith("forked begins", "forked ends", "other");
    }

    private void lockThatAnotherTaskHolds() {
        loop.runUntilComplete(() -> {
            Future<Boolean> release = loop.createFuture();
            Task<?> holder =
                    loop.createTask(() -> {
                        lock.lock();
                        try {
                            release.await();
                            return events.add("holder");
                        } finally {
                            lock.unlock();
                        }
                    });
            Task<?> wanter =
                    loop.createTask(
                            () -> {
                                lock.lock();
                                lock.unlock();
                                return events.add("wanter");
                            },
                            "wanter");
            loop.callSoon(() -> release.setResult(true));
            holder.await();
            return wanter.await();
        });
    }

    private static List<Logs.Entry> reports(Logs logs, int expected) {
        // They come from a thread of their own.
        while (find(logs).size() < expected) {
            Thread.onSpinWait();
        }
        return find(logs);
    }

    private static List<Logs.Entry> find(Logs logs) {
        return logs.entries().stream()
                .filter(entry -> entry.message().contains("has been blocked"))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 10})
    @DisplayName("A lock that another task holds is no deadlock: the loop goes on, and warns once")
    void lockOfOtherTask_noDeadlock(long millis) {
        assumeCarrierMode();
        loop.setBlockingGrace(Duration.ofMillis(millis));
        try (var logs = Logs.capture()) {
            for (int i = 0; i < 3; i++) {
                lockThatAnotherTaskHolds();
            }
            loop.setDebug(true);
            lockThatAnotherTaskHolds(); // in debug mode each time
            assertThat(reports(logs, 2))
                    .hasSize(2)
                    .allSatisfy(entry -> {
                        assertThat(entry.level()).isEqualTo(System.Logger.Level.WARNING);
                        assertThat(entry.message())
                                .contains("<Task wanter pending>", "lockThatAnotherTaskHolds");
                        assertThat(entry.thrown().getStackTrace())
                                .anyMatch(frame -> frame.getMethodName().equals("lock"));
                    });
        }
        assertThat(events)
                .containsExactlyElementsOf(
                        Collections.nCopies(4, List.of("holder", "wanter")).stream()
                                .flatMap(List::stream)
                                .toList());
    }

    @Test
    @DisplayName(
            "A callback that wants a task's lock lets tasks run after the grace, and is reported")
    void callbackWantsTasksLock_noDeadlock() {
        assumeCarrierMode();
        loop.setBlockingGrace(Duration.ofMillis(5));
        try (var logs = Logs.capture()) {
            Task<?> holder =
                    loop.createTask(() -> {
                        lock.lock();
                        try {
                            loop.callSoon(() -> {
                                lock.lock();
                                lock.unlock();
                                events.add("callback");
                            });
                            Asyncio.sleep(Duration.ZERO);
                            Asyncio.sleep(Duration.ZERO);
                            events.add("task");
                        } finally {
                            lock.unlock();
                        }
                        return null;
                    });
            loop.runUntilComplete(holder);
            iterate(loop);
            assertThat(events).containsExactly("task", "callback");
            assertThat(reports(logs, 1).getFirst().message()).contains("A callback of");
        }
    }

    @Test
    @DisplayName("A task that was let go and never gets its lock does not stop the loop")
    void letGoForEver_loopGoesOn() throws Exception {
        assumeCarrierMode();
        loop.setBlockingGrace(Duration.ZERO);
        var never = new CountDownLatch(1);
        try (var logs = Logs.capture()) {
            Task<?> stuck =
                    loop.createTask(() -> {
                        never.await();
                        return events.add("went on");
                    });
            assertThat(loop.runUntilComplete(() -> 1)).isEqualTo(1);
            reports(logs, 1);
            Thread.ofPlatform().start(never::countDown);
            loop.runUntilComplete(stuck);
        }
        assertThat(events).containsExactly("went on");
    }

    @Test
    @DisplayName("Unparked in the moment when it is let go, a task goes on all the same")
    void unparkMeetsLetGo_noneIsLost() throws Exception {
        assumeCarrierMode();
        var waiting = new SynchronousQueue<CountDownLatch>();
        var stop = new CountDownLatch(1);
        Thread releaser =
                Thread.ofPlatform()
                        .start(() -> {
                            var random = new Random(1);
                            while (stop.getCount() > 0) {
                                try {
                                    CountDownLatch latch = waiting.poll(1, TimeUnit.MILLISECONDS);
                                    if (latch != null) {
                                        LockSupport.parkNanos(random.nextInt(60_000));
                                        latch.countDown();
                                    }
                                } catch (InterruptedException e) {
                                    throw new AssertionError(e);
                                }
                            }
                        });
        try (var logs = Logs.capture()) {
            loop.runUntilComplete(() -> {
                for (int i = 0; i < 3_000; i++) {
                    loop.setBlockingGrace(Duration.ofNanos(i % 100 * 1_000));
                    var latch = new CountDownLatch(1);
                    Task<?> other = loop.createTask(() -> null);
                    waiting.put(latch);
                    latch.await();
                    other.await();
                }
                return null;
            });
            assertThat(find(logs)).hasSizeLessThan(3); // in two places
        } finally {
            stop.countDown();
            releaser.join();
        }
    }

    @ParameterizedTest
    @CsvSource({"0,PT0S", "25,PT0.025S", "' PT1.5S ',PT1.5S", "pt2s,PT2S", "'',PT0.01S"})
    @DisplayName("The property is in milliseconds, or a duration")
    void property_isParsed(String text, Duration expected) {
        assertThat(BlockingGrace.fromProperty(text)).isEqualTo(expected);
    }

    @Test
    @DisplayName("For ever has a name, and what is neither is refused with the value")
    void property_foreverAndRefused() {
        assertThat(BlockingGrace.fromProperty(null)).isEqualTo(Duration.ofMillis(10));
        assertThat(BlockingGrace.fromProperty("Forever")).isEqualTo(FOR_EVER);
        for (String wrong : List.of("-1", "PT-1S", "soon", "10ms", "1.5")) {
            assertThatThrownBy(() -> BlockingGrace.fromProperty(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("asyncio4j.blockingGrace=" + wrong);
        }
        assertThatThrownBy(() -> loop.setBlockingGrace(Duration.ofMillis(-1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT-0.001S");
        assertThat(loop.getBlockingGrace()).isEqualTo(FOR_EVER);
    }
}

package io.asyncio4j.benchmarks.loop;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.sleep;

import com.google.gson.Gson;
import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.Task;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.spi.LoopContext;
import io.asyncio4j.sync.Queue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The benchmarks of {@code loop_peer.py}, under the same names, on asyncio4j.
 *
 * <pre>
 * LoopPeer [NAME...]
 * </pre>
 */
public final class LoopPeer {

    /** Runs {@code count} operations inside of a task, and returns how long they took. */
    @FunctionalInterface
    private interface Bench {
        long nanos(int count) throws Exception;
    }

    private record Entry(Bench bench, int count) {}

    private static final int ROUNDS = 7;
    private static final int SLEEPERS = 1_000_000;
    private static final int TIMERS_PENDING = 100_000;
    private static final int PAGE = 4096;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Map<String, Entry> BENCHES = new LinkedHashMap<>();

    static {
        BENCHES.put("callback", new Entry(LoopPeer::callback, 1_000_000));
        BENCHES.put("timer", new Entry(LoopPeer::timer, 500_000));
        BENCHES.put("cross-thread", new Entry(LoopPeer::crossThread, 1_000_000));
        BENCHES.put("task-step", new Entry(LoopPeer::taskStep, 300_000));
        BENCHES.put("create-await", new Entry(LoopPeer::createAwait, 200_000));
        BENCHES.put("queue-round-trip", new Entry(LoopPeer::queueRoundTrip, 100_000));
    }

    private LoopPeer() {}

    public static void main(String[] args) throws Exception {
        List<String> only = Arrays.asList(args);
        for (var each : BENCHES.entrySet()) {
            String name = each.getKey();
            Entry entry = each.getValue();
            if (only.isEmpty() || only.contains(name)) {
                double[] times = new double[ROUNDS];
                for (int i = 0; i < ROUNDS; i++) {
                    times[i] = run(() -> entry.bench.nanos(entry.count)) / (double) entry.count;
                }
                // The first rounds warm up.
                double[] warm = Arrays.copyOfRange(times, 2, ROUNDS);
                Arrays.sort(warm);
                print(name, Map.of("nanosPerOp", warm[warm.length / 2]));
            }
        }
        if (only.isEmpty() || only.contains("sleeping-tasks")) {
            // Code compiled before any task was cancelled would be thrown away a million times.
            for (int i = 0; i < ROUNDS; i++) run(() -> sleepingTasks(SLEEPERS / 100));
            print("sleeping-tasks", run(() -> sleepingTasks(SLEEPERS)));
        }
    }

    private static void print(String name, Map<String, ?> figures) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("runtime", "asyncio4j-" + LoopContext.mode().name().toLowerCase());
        report.put("bench", name);
        report.putAll(figures);
        System.out.println(new Gson().toJson(report));
    }

    private static long callback(int count) {
        EventLoop loop = getRunningLoop();
        Future<@Nullable Void> done = loop.createFuture();
        Runnable step =
                new Runnable() {
                    private int left = count;

                    @Override
                    public void run() {
                        if (--left > 0) loop.callSoon(this);
                        else done.setResult(null);
                    }
                };
        long begin = System.nanoTime();
        loop.callSoon(step);
        await(done);
        return System.nanoTime() - begin;
    }

    private static long timer(int count) {
        EventLoop loop = getRunningLoop();
        Runnable nothing = () -> {};
        var waiting = new ArrayList<io.asyncio4j.TimerHandle>();
        for (int i = 0; i < TIMERS_PENDING; i++) {
            waiting.add(loop.callLater(HOUR.plusMillis(i), nothing));
        }
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            loop.callLater(HOUR.plusMillis(i * 7919L % TIMERS_PENDING), nothing).cancel();
            if (i % 1000 == 999) sleep(Duration.ZERO);
        }
        long elapsed = System.nanoTime() - begin;
        waiting.forEach(io.asyncio4j.TimerHandle::cancel);
        return elapsed;
    }

    private static long crossThread(int count) throws InterruptedException {
        EventLoop loop = getRunningLoop();
        Future<@Nullable Void> done = loop.createFuture();
        int[] left = {count};
        Runnable step =
                () -> {
                    if (--left[0] == 0) done.setResult(null);
                };
        Thread producer =
                Thread.ofPlatform()
                        .unstarted(() -> {
                            for (int i = 0; i < count; i++) loop.callSoonThreadsafe(step);
                        });
        long begin = System.nanoTime();
        producer.start();
        await(done);
        long elapsed = System.nanoTime() - begin;
        producer.join();
        return elapsed;
    }

    private static long taskStep(int count) {
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) sleep(Duration.ZERO);
        return System.nanoTime() - begin;
    }

    private static long createAwait(int count) {
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) await(createTask(() -> 1));
        return System.nanoTime() - begin;
    }

    private static long queueRoundTrip(int count) {
        var questions = new Queue<Integer>();
        var answers = new Queue<Integer>();
        var other =
                createTask(() -> {
                    for (int i = 0; i < count; i++) answers.put(questions.get());
                });
        long begin = System.nanoTime();
        for (int i = 0; i < count; i++) {
            questions.put(i);
            answers.get();
        }
        long elapsed = System.nanoTime() - begin;
        await(other);
        return elapsed;
    }

    /** Live objects and everything outside the heap, as the spawn race counts them. */
    private static Map<String, Object> sleepingTasks(int count) throws IOException {
        long before = memory();
        long begin = System.nanoTime();
        List<Task<@Nullable Void>> tasks = new ArrayList<>(count);
        for (int i = 0; i < count; i++) tasks.add(createTask(() -> sleep(HOUR)));
        sleep(Duration.ZERO);
        long started = System.nanoTime();
        long bytes = memory() - before;
        long cancelling = System.nanoTime();
        tasks.forEach(Task::cancel);
        for (Task<?> task : tasks) {
            while (!task.isDone()) sleep(Duration.ZERO);
        }
        long cancelled = System.nanoTime();
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("nanosPerOp", (started - begin + cancelled - cancelling) / (double) count);
        report.put("startNanosPerTask", (started - begin) / (double) count);
        report.put("cancelNanosPerTask", (cancelled - cancelling) / (double) count);
        report.put("bytesPerTask", bytes / count);
        return report;
    }

    /** The heap in use after a collection; with a heap that is resident, the rest outside of it. */
    private static long memory() throws IOException {
        for (int i = 0; i < 3; i++) System.gc();
        Runtime runtime = Runtime.getRuntime();
        String statm = Files.readString(Path.of("/proc/self/statm"));
        long resident = Long.parseLong(statm.split(" ")[1]) * PAGE;
        return runtime.totalMemory() - runtime.freeMemory() + resident;
    }
}

package io.asyncio4j.benchmarks.loop;

import io.asyncio4j.EventLoop;
import io.asyncio4j.TimerHandle;
import io.asyncio4j.loop.SelectorEventLoop;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What a callback, a timer and a step of a task cost and, with {@code -prof gc}, allocate. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {
            "--enable-native-access=ALL-UNNAMED",
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "-Djdk.trackAllThreads=false",
            "-XX:+UseSerialGC"
        })
public class LoopBenchmark {

    private static final int OPERATIONS = 10_000;
    private static final int TIMERS_PENDING = 100_000;
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Runnable NOTHING = () -> {};

    private EventLoop loop;
    private TimerHandle[] pending;

    @Setup(Level.Trial)
    public void open() {
        loop = new SelectorEventLoop();
        pending = new TimerHandle[TIMERS_PENDING];
        for (int i = 0; i < TIMERS_PENDING; i++) {
            pending[i] = loop.callLater(HOUR.plusMillis(i), NOTHING);
        }
    }

    @TearDown(Level.Trial)
    public void close() {
        for (TimerHandle timer : pending) timer.cancel();
        loop.close();
    }

    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public void callback() {
        Runnable step =
                new Runnable() {
                    private int left = OPERATIONS;

                    @Override
                    public void run() {
                        if (--left > 0) loop.callSoon(this);
                        else loop.stop();
                    }
                };
        loop.callSoon(step);
        loop.runForever();
    }

    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public void timer() {
        for (int i = 0; i < OPERATIONS; i++) {
            loop.callLater(HOUR, NOTHING).cancel();
        }
    }

    @Benchmark
    @OperationsPerInvocation(OPERATIONS)
    public int taskStep() {
        return loop.runUntilComplete(() -> {
            for (int i = 0; i < OPERATIONS; i++) io.asyncio4j.Asyncio.sleep(Duration.ZERO);
            return 0;
        });
    }
}

package io.asyncio4j.benchmarks.spawn;

import com.google.gson.Gson;
import java.lang.management.CompilationMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.management.JMException;
import javax.management.ObjectName;

/**
 * Runs a {@link Contestant} and prints one line of JSON, the same that the peers in C and Python
 * print; {@code benchmarks/README.md} describes its fields.
 *
 * <pre>
 * race TOTAL CONCURRENCY nopipe|pipe PROGRAM
 * crowd CHILDREN SAMPLES PROGRAM
 * </pre>
 */
final class ContestantMain {

    /** What a child with a pipe writes. */
    static final String HELLO = "hello\n";

    /**
     * How long children are run, or exits learned of, before anything counts, until the JIT's
     * compilers have little left to do: their time would count as the contestant's. A few hundred
     * methods take part in a start, and each is compiled twice on its way.
     */
    private static final Duration WARM_UP = Duration.ofSeconds(8);

    /** And how many children at the least: a slow machine needs longer. */
    private static final int WARM_UP_CHILDREN = 20_000;

    private static final int WARM_UP_ROUND = 2_000;

    /** A round that the JIT spends a larger part of compiling is not the last of the warm-up. */
    private static final double COMPILING = 0.02;

    private static final Duration LONGEST_WARM_UP = Duration.ofSeconds(60);

    private static final CompilationMXBean JIT = ManagementFactory.getCompilationMXBean();

    /** After how long of nothing to do the JIT gives its memory back, and more. */
    private static final Duration JIT_IDLE = Duration.ofSeconds(2);

    private static final long SEED = 42;

    private ContestantMain() {}

    /** Never returns: threads that a contestant leaves behind do not keep the process alive. */
    static void run(Contestant contestant, List<String> args) throws Exception {
        Map<String, Object> report;
        if (args.size() == 5 && args.getFirst().equals("race")) {
            int total = Integer.parseInt(args.get(1));
            int concurrency = Integer.parseInt(args.get(2));
            report = race(contestant, total, concurrency, args.get(3), args.get(4));
        } else if (args.size() == 4 && args.getFirst().equals("crowd")) {
            int children = Integer.parseInt(args.get(1));
            int samples = Integer.parseInt(args.get(2));
            report = crowd(contestant, children, samples, args.get(3));
        } else {
            System.err.println(
                    "arguments: race TOTAL CONCURRENCY nopipe|pipe PROGRAM"
                            + " or: crowd CHILDREN SAMPLES PROGRAM, not: "
                            + args);
            System.exit(2);
            return;
        }
        System.out.println(new Gson().toJson(report));
        System.exit(0);
    }

    private static Map<String, Object> race(
            Contestant contestant, int total, int concurrency, String mode, String program)
            throws Exception {
        boolean pipe = mode.equals("pipe");
        long failures = 0;
        int warm = 0;
        boolean compiling = true;
        long warmUpBegin = System.nanoTime();
        while (warm < WARM_UP_CHILDREN
                || since(warmUpBegin) < WARM_UP.toNanos()
                || (compiling && since(warmUpBegin) < LONGEST_WARM_UP.toNanos())) {
            long round = System.nanoTime();
            long compiled = JIT.getTotalCompilationTime();
            failures += contestant.race(WARM_UP_ROUND, concurrency, pipe, program);
            warm += WARM_UP_ROUND;
            long spent = (JIT.getTotalCompilationTime() - compiled) * 1_000_000;
            compiling = spent > since(round) * COMPILING;
        }
        double warmUpSeconds = since(warmUpBegin) / 1e9;
        long own = ResourceUsage.ownCpuMicros();
        long children = ResourceUsage.childrenCpuMicros();
        long begin = System.nanoTime();
        failures += contestant.race(total, concurrency, pipe, program);
        double seconds = (System.nanoTime() - begin) / 1e9;
        own = ResourceUsage.ownCpuMicros() - own;
        children = ResourceUsage.childrenCpuMicros() - children;

        Map<String, Object> report = new LinkedHashMap<>();
        report.put("contestant", contestant.name());
        report.put("mode", mode);
        report.put("total", total);
        report.put("concurrency", concurrency);
        report.put("seconds", seconds);
        report.put("rate", total / seconds);
        report.put("cpuPerChildMicros", (own + children) / (double) total);
        report.put("parentCpuPerChildMicros", own / (double) total);
        report.put("warmUpSeconds", warmUpSeconds);
        report.put("failures", failures);
        return report;
    }

    private static long since(long nanoTime) {
        return System.nanoTime() - nanoTime;
    }

    private static Map<String, Object> crowd(
            Contestant contestant, int size, int samples, String program) throws Exception {
        // A crowd of one: threads kept from a larger one would be missing from the count below.
        contestant.crowd(1, program, crowd -> warmUp(crowd, 1));
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("contestant", contestant.name());
        report.put("mode", "crowd");
        report.put("children", size);
        report.put("samples", samples);
        long threads = ResourceUsage.threads();
        memory(); // loads what it needs
        long bytes = memory();
        long begin = System.nanoTime();
        contestant.crowd(
                size,
                program,
                crowd -> {
                    report.put("startSeconds", (System.nanoTime() - begin) / 1e9);
                    long bytesNow = memory();
                    report.put("extraThreads", ResourceUsage.threads() - threads);
                    // Among many, code runs that did not among few, and is compiled anew.
                    warmUp(crowd, size);
                    sample(crowd, size, samples, report);
                    report.put("bytesPerChild", (bytesNow - bytes) / size);
                });
        return report;
    }

    private static void warmUp(Contestant.Crowd crowd, int size) throws Exception {
        Random dice = new Random(SEED);
        long end = System.nanoTime() + WARM_UP.toNanos();
        while (System.nanoTime() < end) {
            int victim = dice.nextInt(size);
            crowd.killAndAwait(victim);
            crowd.replace(victim);
        }
    }

    private static void sample(
            Contestant.Crowd crowd, int size, int samples, Map<String, Object> report)
            throws Exception {
        double[] latencies = new double[samples];
        double[] costs = new double[samples];
        Random dice = new Random(SEED);
        for (int i = 0; i < samples; i++) {
            int victim = dice.nextInt(size);
            long cpu = ResourceUsage.ownCpuMicros();
            long killed = System.nanoTime();
            crowd.killAndAwait(victim);
            latencies[i] = (System.nanoTime() - killed) / 1e3;
            costs[i] = ResourceUsage.ownCpuMicros() - cpu;
            crowd.replace(victim);
        }
        report.put("learnMedianMicros", percentile(latencies, 0.5));
        report.put("learnP99Micros", percentile(latencies, 0.99));
        report.put("cpuPerExitMicros", percentile(costs, 0.5));
    }

    private static double percentile(double[] values, double fraction) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[Math.min((int) (fraction * sorted.length), sorted.length - 1)];
    }

    /**
     * Live objects and everything outside the heap. The race starts the virtual machine with a heap
     * that is resident from the beginning, so that resident memory grows by what is not heap, and
     * the two can be added up. What the JIT has freed since does not count: the C library would
     * keep it resident, some ten megabytes of it.
     */
    private static long memory() throws JMException, InterruptedException {
        Thread.sleep(JIT_IDLE);
        ManagementFactory.getPlatformMBeanServer()
                .invoke(
                        new ObjectName("com.sun.management:type=DiagnosticCommand"),
                        "systemTrimNativeHeap",
                        null,
                        null);
        for (int i = 0; i < 3; i++) System.gc();
        long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
        return heap + ResourceUsage.anonymousBytes();
    }
}

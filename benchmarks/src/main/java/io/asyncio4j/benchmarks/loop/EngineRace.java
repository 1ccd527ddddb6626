package io.asyncio4j.benchmarks.loop;

import static io.asyncio4j.Asyncio.DEVNULL;
import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.sleep;

import com.sun.management.OperatingSystemMXBean;
import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.ProactorEventLoop;
import io.asyncio4j.os.FdPair;
import io.asyncio4j.os.FdTable;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import io.asyncio4j.policy.Policies;
import io.asyncio4j.subprocess.ChildProcess;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.Protocol;
import io.asyncio4j.watcher.ChildWatcher;
import io.asyncio4j.watcher.Watchers;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/**
 * The selector loop with pidfds against the loop over io_uring with its own watcher, by turns:
 * gigabytes through the pipe of a child, which writes small or large blocks or reads, and a
 * thousand idle pipes.
 */
public final class EngineRace {
    private static final int MIB = 1 << 20;
    private static final int PIPES = 1_000;

    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private EngineRace() {}

    private enum Kind {
        SELECTOR("pidfd"),
        IO_URING("uring");

        final String watcher;

        Kind(String watcher) {
            this.watcher = watcher;
        }

        DefaultEventLoopPolicy policy() {
            return new DefaultEventLoopPolicy() {
                @Override
                public EventLoop newEventLoop() {
                    return Kind.this == IO_URING ? new ProactorEventLoop() : super.newEventLoop();
                }

                @Override
                protected ChildWatcher newChildWatcher() {
                    return Watchers.create(watcher);
                }
            };
        }
    }

    private interface Race {
        void run() throws Exception;
    }

    /** Arguments: the number of rounds, and of MiB through a pipe in each. */
    public static void main(String[] args) throws Exception {
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        int mebibytes = args.length > 1 ? Integer.parseInt(args[1]) : 2048;
        var rows = new TreeMap<String, List<Run>>();
        for (int round = 0; round <= rounds; round++) { // the first one warms up
            for (Kind kind : Kind.values()) {
                for (String name : List.of("read 8K", "read 64K", "write")) {
                    Race race =
                            switch (name) {
                                case "read 8K" -> () -> read(mebibytes, "8K");
                                case "read 64K" -> () -> read(mebibytes, "64K");
                                default -> () -> write(mebibytes);
                            };
                    Run run = timed(kind, mebibytes, race);
                    if (round > 0) {
                        rows.computeIfAbsent(name + " " + kind, _ -> new ArrayList<>()).add(run);
                    }
                    System.out.printf("round %d: %s %s: %s%n", round, name, kind, run);
                }
            }
        }
        rows.forEach((name, runs) -> System.out.printf("median: %s: %s%n", name, median(runs)));
        for (Kind kind : Kind.values()) {
            Policies.where(kind.policy()).run(() -> run(EngineRace::idle));
        }
    }

    private record Run(double mebibytesPerSecond, double cpuMillisPerGibibyte) {
        @Override
        public String toString() {
            return String.format(
                    "%.0f MiB/s, %.0f ms of CPU per GiB", mebibytesPerSecond, cpuMillisPerGibibyte);
        }
    }

    private static Run median(List<Run> runs) {
        return new Run(
                median(runs, Run::mebibytesPerSecond), median(runs, Run::cpuMillisPerGibibyte));
    }

    private static double median(List<Run> runs, ToDoubleFunction<Run> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        return (sorted[(sorted.length - 1) / 2] + sorted[sorted.length / 2]) / 2;
    }

    private static Run timed(Kind kind, int mebibytes, Race race) throws Exception {
        long begin = System.nanoTime();
        long cpu = SYSTEM.getProcessCpuTime();
        Policies.where(kind.policy()).run(() -> run(race::run));
        double seconds = (System.nanoTime() - begin) / 1e9;
        double cpuMillis = (SYSTEM.getProcessCpuTime() - cpu) / 1e6;
        return new Run(mebibytes / seconds, cpuMillis * 1024 / mebibytes);
    }

    private static void read(long mebibytes, String block) throws Exception {
        var command =
                Command.exec(
                                "dd",
                                "if=/dev/zero",
                                "bs=" + block,
                                "iflag=count_bytes",
                                "count=" + mebibytes + "M",
                                "status=none")
                        .stdout(PIPE);
        try (ChildProcess child = createSubprocess(command)) {
            long left = mebibytes * MIB;
            for (byte[] piece; (piece = child.stdout().read(64 * 1024)).length > 0; ) {
                left -= piece.length;
            }
            if (left != 0 || !child.waitFor().isSuccess()) {
                throw new IllegalStateException(left + " bytes are missing");
            }
        }
    }

    private static void write(long mebibytes) throws Exception {
        var command = Command.exec("cat").stdin(PIPE).stdout(DEVNULL);
        try (ChildProcess child = createSubprocess(command)) {
            byte[] piece = new byte[64 * 1024];
            for (long sent = 0; sent < mebibytes * MIB; sent += piece.length) {
                child.stdin().write(piece);
                child.stdin().drain();
            }
            child.stdin().close();
            child.waitFor();
        }
    }

    private static void idle() throws Exception {
        EventLoop loop = getRunningLoop();
        List<Integer> far = new ArrayList<>();
        for (int i = 0; i < PIPES; i++) {
            FdPair pipe = FdTable.pipe(true, true);
            await(loop.connectReadPipe(EngineRace::ignoring, new Pipe(pipe.readEnd())));
            far.add(pipe.writeEnd());
        }
        sleep(Duration.ofSeconds(1));
        long cpu = SYSTEM.getProcessCpuTime();
        sleep(Duration.ofSeconds(3));
        double millis = (SYSTEM.getProcessCpuTime() - cpu) / 1e6;
        System.out.printf(
                "%d idle pipes, %s: %.0f ms of CPU in 3 s%n",
                PIPES, loop.getClass().getSimpleName(), millis);
        for (int fd : far) {
            FdTable.close(fd);
        }
        sleep(Duration.ofMillis(100));
    }

    private static Protocol ignoring() {
        return new Protocol() {
            @Override
            public void dataReceived(ByteBuffer data) {}
        };
    }
}

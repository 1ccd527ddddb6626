package io.asyncio4j;

import static io.asyncio4j.Asyncio.await;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.NativeThreads;
import io.asyncio4j.spi.LoopContext;
import io.asyncio4j.subprocess.ChildProcess;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.testing.ForkedJvm;
import io.asyncio4j.testing.LeakCheck;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What becomes of operations in a process that is given no more threads. */
@ExtendWith(LeakCheck.class)
class ShortOfThreadsTest {

    /** All the threads that the system gives, and the means to give some of them back. */
    private static final class Hoard {
        private final ArrayDeque<Thread> threads = new ArrayDeque<>();

        Void fillUntilItFails() {
            while (true) {
                threads.add(Thread.ofPlatform().daemon().start(Hoard::rest));
            }
        }

        void fill() {
            while (true) {
                Thread thread = Thread.ofPlatform().daemon().unstarted(Hoard::rest);
                if (!NativeThreads.start(thread)) {
                    return;
                }
                threads.add(thread);
            }
        }

        private static void rest() {
            while (!Thread.interrupted()) {
                LockSupport.park();
            }
        }

        void giveBackOne() throws Exception {
            int before = count();
            Thread one = threads.remove();
            one.interrupt();
            one.join();
            // The kernel's part of it ends after that.
            while (count() >= before) {
                Thread.onSpinWait();
            }
        }

        private static int count() throws IOException {
            try (var lines = Files.lines(Path.of("/proc/self/status"))) {
                return lines.filter(line -> line.startsWith("Threads:"))
                        .mapToInt(line -> Integer.parseInt(line.substring(8).strip()))
                        .sum();
            }
        }

        void giveBackAll() throws Exception {
            while (!threads.isEmpty()) {
                giveBackOne();
            }
        }
    }

    private static void say(String step, Callable<?> code) {
        try {
            System.out.println(step + ": " + code.call());
        } catch (Throwable e) {
            System.out.println(step + ": " + e);
        }
    }

    /** Runs one operation after the other in a process that has no more threads. */
    static final class Operations {
        private static final Hoard HOARD = new Hoard();

        private Operations() {}

        public static void main(String[] arguments) throws Exception {
            System.out.println(
                    Asyncio.run(() -> {
                        // Carriers, where tasks need them.
                        await(createTask(() -> 0));
                        HOARD.fill();
                        executors();
                        failures();
                        say("debug", Operations::debug);
                        processes();
                        HOARD.giveBackAll();
                        return "over";
                    }));
        }

        private static void executors() throws Exception {
            EventLoop loop = getRunningLoop();
            say("refused call", () -> await(loop.runInExecutor(null, () -> 1)));
            HOARD.giveBackOne();
            var begun = new CountDownLatch(1);
            var release = new CountDownLatch(1);
            Future<Integer> first =
                    loop.runInExecutor(
                            null,
                            () -> {
                                begun.countDown();
                                release.await();
                                return 2;
                            });
            begun.await();
            HOARD.fill();
            Future<Integer> second = loop.runInExecutor(null, () -> 3);
            release.countDown();
            say("calls", () -> await(first) + await(second));
            say("shutdown", () -> await(loop.shutdownDefaultExecutor(Duration.ofMinutes(1))));
            var task = createTask(HOARD::fillUntilItFails);
            say("task", () -> await(task));
        }

        private static void failures() {
            EventLoop loop = getRunningLoop();
            Future<String> reported = loop.createFuture();
            loop.setExceptionHandler((self, context) -> {
                if (!reported.isDone()) {
                    reported.setResult(context.message() + " " + context.exception());
                }
            });
            fail(loop);
            say(
                    "report",
                    () -> {
                        while (!reported.isDone()) {
                            System.gc();
                            sleep(Duration.ofMillis(5));
                        }
                        return reported.result();
                    });
            loop.setExceptionHandler(null);
        }

        private static void fail(EventLoop loop) {
            loop.createFuture().setException(new IOException("unheard"));
        }

        private static String debug() {
            EventLoop loop = getRunningLoop();
            loop.setDebug(true);
            sleep(Duration.ofMillis(1));
            loop.setDebug(false);
            return "on and off";
        }

        private static void processes() throws Exception {
            HOARD.fill();
            // A thread may still end late, and leave its place to a child: those take such places.
            var lucky = new ArrayList<ChildProcess>();
            say(
                    "refused start",
                    () -> {
                        while (true) {
                            lucky.add(createSubprocess(Command.exec("sleep", "1000")));
                        }
                    });
            for (ChildProcess each : lucky) {
                each.kill();
                each.waitFor();
                each.close();
            }
            HOARD.fill();
            say("refused umask", () -> createSubprocess(Command.exec("true").umask(077)));
            ChildProcess child = null;
            while (child == null) {
                HOARD.giveBackOne();
                try {
                    child = createSubprocess(Command.exec("sleep", "1000"));
                } catch (IOException takenByTheThreadThatStarts) {
                    continue;
                }
            }
            HOARD.fill();
            try (ChildProcess sleeper = child) {
                sleeper.kill();
                say("exit", () -> sleeper.waitFor().returncode());
            }
        }
    }

    /** Makes its first loop when there are no threads left. */
    static final class FirstLoop {
        private FirstLoop() {}

        public static void main(String[] arguments) throws Exception {
            var hoard = new Hoard();
            hoard.fill();
            var loop = new SelectorEventLoop();
            loop.callSoon(() -> {
                System.out.println("callback");
                loop.createFuture().setException(new IOException("unheard"));
                loop.stop();
            });
            loop.runForever();
            hoard.giveBackAll();
            loop.setExceptionHandler((self, context) -> {
                System.out.println("reported " + context.exception());
                loop.stop();
            });
            // Any later failure has the cleaner started.
            loop.callSoon(() -> loop.createFuture().setException(new IOException("another")));
            loop.callSoon(
                    new Runnable() {
                        @Override
                        public void run() {
                            System.gc();
                            loop.callLater(Duration.ofMillis(5), this);
                        }
                    });
            loop.runForever();
            loop.close();
        }
    }

    private static String run(Class<?> main) throws Exception {
        // A user of our own, as the kernel counts the threads of one in all its processes.
        String user = Long.toString(100_000 + ProcessHandle.current().pid() % 900_000);
        String output =
                ForkedJvm.run(
                        List.of(
                                "setpriv",
                                "--reuid=" + user,
                                "--regid=" + user,
                                "--clear-groups",
                                // The project may stand in a folder of the present user only.
                                "--inh-caps=+dac_read_search",
                                "--ambient-caps=+dac_read_search",
                                "prlimit",
                                "--nproc=120"),
                        // The JVM's own threads neither come nor go.
                        List.of(
                                "--enable-native-access=ALL-UNNAMED",
                                "-XX:-UseDynamicNumberOfCompilerThreads"),
                        main);
        assumeTrue(!output.contains("setpriv: "), output);
        return output;
    }

    @Test
    @DisplayName("at the limit of threads operations fail or go on, and so does the loop")
    void limitReached_operationsFailOrGoOn() throws Exception {
        String output = run(Operations.class);
        assertThat(output.lines())
                .as(output)
                .anyMatch(line ->
                        line.startsWith(
                                "refused call: java.util.concurrent.RejectedExecutionException:"
                                        + " Cannot start a thread"))
                .contains("calls: 5", "shutdown: null")
                .anyMatch(line -> line.startsWith("task: java.lang.OutOfMemoryError"))
                .contains(
                        "report: Future exception was never retrieved java.io.IOException: unheard")
                .contains("debug: on and off")
                .anyMatch(line ->
                        line.startsWith("refused start: java.io.IOException: spawn(sleep")
                                && line.contains("ulimit -u"))
                .anyMatch(line ->
                        line.startsWith("refused umask: java.io.IOException: spawn(true)")
                                && line.contains("ulimit -u"))
                .contains("exit: -9", "over", "status 0");
    }

    @Test
    @DisplayName("a first loop that is made at the limit of threads works, and reports later")
    void limitReached_firstLoopWorks() throws Exception {
        assumeTrue(
                LoopContext.mode() == LoopContext.TaskMode.HANDOFF,
                "the JDK's virtual threads need a thread of their own");
        String output = run(FirstLoop.class);
        assertThat(output.lines())
                .as(output)
                .contains("callback")
                .anyMatch(line -> line.startsWith("reported java.io.IOException: "))
                .contains("status 0");
    }
}

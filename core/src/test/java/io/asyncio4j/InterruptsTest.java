package io.asyncio4j;

import static io.asyncio4j.Asyncio.getRunningLoop;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.sleep;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.asyncio4j.os.Children;
import io.asyncio4j.os.MainThread;
import io.asyncio4j.os.SignalHandlers;
import io.asyncio4j.os.Signals;
import io.asyncio4j.os.Spawn;
import io.asyncio4j.os.TestRequest;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.reap.Reaper;
import io.asyncio4j.spi.LoopContext;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class InterruptsTest {

    private static final Duration LONG = Duration.ofHours(1);

    /** The programs run by children, so that no signal meets the JVM of the tests. */
    static final class Program {

        static final int CLEAN = 40;

        public static void main(String[] arguments) throws Exception {
            switch (arguments[0]) {
                case "once" -> once();
                case "twice" -> twice();
                case "swallowed" -> swallowed();
                case "restored" -> restored();
                case "ignored" -> ignored();
                default -> throw new IllegalArgumentException(arguments[0]);
            }
        }

        private static void once() {
            boolean[] cleaned = {false};
            try {
                run(() -> {
                    Signals.raise("INT");
                    try {
                        sleep(LONG);
                    } finally {
                        sleep(Duration.ZERO);
                        cleaned[0] = true;
                    }
                });
            } catch (InterruptedRunException e) {
                System.exit(cleaned[0] ? CLEAN : 1);
            }
        }

        private static void twice() {
            run(() -> {
                Signals.raise("INT");
                try {
                    sleep(LONG);
                } catch (CancellationException e) {
                    Signals.raise("INT");
                    sleep(LONG);
                }
            });
        }

        private static void swallowed() {
            String result =
                    Asyncio.run(() -> {
                        Signals.raise("INT");
                        try {
                            sleep(LONG);
                        } catch (CancellationException e) {
                            return "stayed";
                        }
                        return "";
                    });
            System.exit(result.equals("stayed") ? CLEAN : 1);
        }

        private static void ignored() {
            run(() -> {
                boolean ignored = Signals.isIgnored("INT");
                Signals.raise("INT");
                sleep(Duration.ofMillis(1));
                System.exit(ignored ? CLEAN : 1);
            });
        }

        private static void restored() throws InterruptedException {
            run(() -> sleep(Duration.ZERO));
            Signals.raise("INT");
            new CompletableFuture<String>().join();
        }
    }

    private static int exitCodeOf(String program) throws IOException {
        return exitCodeOf(program, List.of(), "--enable-native-access=ALL-UNNAMED");
    }

    private static int exitCodeOf(String program, List<String> before, String nativeAccess)
            throws IOException {
        var command = new ArrayList<>(before);
        command.add(System.getProperty("java.home") + "/bin/java");
        command.addAll(List.of("-XX:TieredStopAtLevel=1", nativeAccess));
        if (LoopContext.mode() == LoopContext.TaskMode.CARRIER) {
            command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        }
        command.add("-Dasyncio4j.tasks=" + LoopContext.mode().name().toLowerCase());
        command.addAll(List.of("-cp", System.getProperty("java.class.path")));
        command.addAll(List.of(Program.class.getName(), program));
        long pid = Spawn.spawn(TestRequest.of(command));
        WaitId.await(pid);
        return Reaper.reap(Children.of(pid)).returncode();
    }

    @Test
    @DisplayName("The first SIGINT cancels the main task, which cleans up; run tells")
    void interrupt_once_cancelsMain() throws IOException {
        assertThat(exitCodeOf("once")).isEqualTo(Program.CLEAN);
    }

    @Test
    @DisplayName("The second SIGINT ends the process as Ctrl-C does")
    void interrupt_twice_endsProcess() throws IOException {
        assertThat(exitCodeOf("twice")).isEqualTo(130);
    }

    @Test
    @DisplayName("A main task that stays has its result returned")
    void interrupt_swallowed_returnsResult() throws IOException {
        assertThat(exitCodeOf("swallowed")).isEqualTo(Program.CLEAN);
    }

    @Test
    @DisplayName("A main task that was cancelled already ends as it was, as in CPython")
    void interrupt_cancelledAlready_isCancellation() {
        assumeTrue(MainThread.is(Thread.currentThread()));
        assumeFalse(Signals.isIgnored("INT"), "SIGINT was ignored when the tests were started");
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() ->
                        run(() -> {
                            Asyncio.currentTask().cancel("first");
                            SignalHandlers.call("INT");
                            sleep(LONG);
                        }))
                .isNotInstanceOf(InterruptedRunException.class);
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() ->
                        run(() -> {
                            Asyncio.currentTask().cancel("first");
                            try {
                                sleep(LONG);
                            } finally {
                                SignalHandlers.call(
                                        "INT"); // the task is done when the loop hears of it
                            }
                        }))
                .isNotInstanceOf(InterruptedRunException.class);
    }

    @Test
    @DisplayName("A SIGINT that the process was started to ignore stays ignored")
    void interrupt_ignoredAtStart_staysIgnored() throws IOException {
        var ignoring = List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "sh");
        for (String nativeAccess :
                List.of("--enable-native-access=ALL-UNNAMED", "--illegal-native-access=deny")) {
            assertThat(exitCodeOf("ignored", ignoring, nativeAccess)).isEqualTo(Program.CLEAN);
        }
    }

    @Test
    @DisplayName("After the run, SIGINT does what it did before")
    void interrupt_afterRun_endsProcess() throws IOException {
        assertThat(exitCodeOf("restored")).isEqualTo(130);
    }

    @Test
    @DisplayName("A handler of the program's own is left alone")
    void ownHandler_isLeftAlone() {
        var came = new CompletableFuture<String>();
        var own = Signals.install("INT", number -> came.complete("own"));
        try {
            run(() -> {
                Signals.raise("INT");
                assertThat(Asyncio.await(came)).isEqualTo("own");
                sleep(Duration.ZERO);
            });
            assertThat(Signals.restoreIfCurrent(own)).isTrue();
        } finally {
            Signals.restore(own);
        }
    }

    @Test
    @DisplayName("A handler of the loop, added meanwhile, goes first; cancelling has no part in it")
    void loopHandler_goesFirst() {
        assumeTrue(MainThread.is(Thread.currentThread()));
        assumeFalse(Signals.isIgnored("INT"), "SIGINT was ignored when the tests were started");
        run(() -> {
            EventLoop loop = getRunningLoop();
            Future<String> came = loop.createFuture();
            loop.addSignalHandler("INT", () -> came.setResult("loop"));
            Signals.raise("INT");
            assertThat(came.await()).isEqualTo("loop");
        });
        assertThatExceptionOfType(InterruptedRunException.class)
                .as("the next run, after the loop has put back what it found")
                .isThrownBy(() ->
                        run(() -> {
                            SignalHandlers.call("INT");
                            sleep(LONG);
                        }));
    }

    @Test
    @DisplayName("A cancellation that is not of a signal stays what it is")
    void cancelled_withoutSignal_staysCancellation() {
        assertThatExceptionOfType(CancellationException.class)
                .isThrownBy(() -> run(() -> Asyncio.currentTask().cancel("self")))
                .isNotInstanceOf(InterruptedRunException.class);
    }

    @Test
    @DisplayName("run names the main task")
    void run_name() {
        try (var runner = new Runner()) {
            assertThat(runner.run(() -> Asyncio.currentTask().getName(), "main")).isEqualTo("main");
        }
    }
}

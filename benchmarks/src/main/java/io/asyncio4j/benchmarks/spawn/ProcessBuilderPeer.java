package io.asyncio4j.benchmarks.spawn;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.util.Arrays;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * The JDK's own way: {@link ProcessBuilder} and {@link Process#onExit}.
 *
 * <p>Output is read in the exit's stage, which is the cheapest that can be had: the JDK drains the
 * pipe itself when a child exits. It is right only for output that fits into the pipe.
 */
public final class ProcessBuilderPeer implements Contestant {

    private static final File NULL_DEVICE = new File("/dev/null");

    private ProcessBuilderPeer() {}

    public static void main(String[] args) throws Exception {
        ContestantMain.run(new ProcessBuilderPeer(), Arrays.asList(args));
    }

    @Override
    public String name() {
        return "processbuilder";
    }

    @Override
    public long race(int total, int concurrency, boolean pipe, String program) throws Exception {
        var places = new Semaphore(concurrency);
        var failures = new LongAdder();
        for (int i = 0; i < total; i++) {
            places.acquire();
            var unused =
                    start(program, pipe)
                            .onExit()
                            .whenComplete((process, error) -> {
                                if (error != null || !isGood(process, pipe)) {
                                    failures.increment();
                                }
                                places.release();
                            });
        }
        places.acquire(concurrency);
        return failures.sum();
    }

    @Override
    public void crowd(int size, String program, CrowdScript script) throws Exception {
        Process[] processes = new Process[size];
        for (int i = 0; i < size; i++) processes[i] = start(program, false);
        script.play(
                new Crowd() {
                    @Override
                    public void killAndAwait(int index) {
                        processes[index].destroyForcibly().onExit().join();
                    }

                    @Override
                    public void replace(int index) throws IOException {
                        processes[index] = start(program, false);
                    }
                });
        for (Process process : processes) process.destroyForcibly();
        for (Process process : processes) process.waitFor();
    }

    private static boolean isGood(Process process, boolean pipe) {
        if (process.exitValue() != 0) return false;
        if (!pipe) return true;
        try (var output = process.getInputStream()) {
            return new String(output.readAllBytes(), US_ASCII).equals(ContestantMain.HELLO);
        } catch (IOException e) {
            return false;
        }
    }

    private static Process start(String program, boolean pipe) throws IOException {
        return new ProcessBuilder(program)
                .redirectInput(Redirect.from(NULL_DEVICE))
                .redirectOutput(pipe ? Redirect.PIPE : Redirect.INHERIT)
                .redirectError(Redirect.INHERIT)
                .start();
    }
}

package io.asyncio4j.benchmarks.spawn;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.zaxxer.nuprocess.NuAbstractProcessHandler;
import com.zaxxer.nuprocess.NuProcess;
import com.zaxxer.nuprocess.NuProcessBuilder;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/**
 * NuProcess: children's pipes through epoll, without threads per child.
 *
 * <p>It has no way to leave a stream unpiped: in the race without pipes its children have three all
 * the same, and nothing is checked of what they write.
 */
public final class NuProcessPeer implements Contestant {

    private NuProcessPeer() {}

    public static void main(String[] args) throws Exception {
        ContestantMain.run(new NuProcessPeer(), Arrays.asList(args));
    }

    @Override
    public String name() {
        return "nuprocess";
    }

    @Override
    public long race(int total, int concurrency, boolean pipe, String program) throws Exception {
        var places = new Semaphore(concurrency);
        var failures = new LongAdder();
        for (int i = 0; i < total; i++) {
            places.acquire();
            var child = new Child();
            var unused =
                    child.exit.thenAccept(status -> {
                        boolean silent = pipe && !child.output.equals(ContestantMain.HELLO);
                        if (status != 0 || silent) failures.increment();
                        places.release();
                    });
            start(child, program);
        }
        places.acquire(concurrency);
        return failures.sum();
    }

    @Override
    public void crowd(int size, String program, CrowdScript script) throws Exception {
        NuProcess[] processes = new NuProcess[size];
        Child[] children = new Child[size];
        for (int i = 0; i < size; i++) {
            children[i] = new Child();
            processes[i] = start(children[i], program);
        }
        script.play(
                new Crowd() {
                    @Override
                    public void killAndAwait(int index) {
                        processes[index].destroy(true);
                        children[index].exit.join();
                    }

                    @Override
                    public void replace(int index) {
                        children[index] = new Child();
                        processes[index] = start(children[index], program);
                    }
                });
        for (NuProcess process : processes) process.destroy(true);
        for (Child child : children) child.exit.join();
    }

    private static NuProcess start(Child child, String program) {
        NuProcess process = new NuProcessBuilder(child, program).start();
        if (process == null) throw new IllegalStateException("cannot start " + program);
        return process;
    }

    /** Called on NuProcess's own thread, one call at a time. */
    private static final class Child extends NuAbstractProcessHandler {
        final CompletableFuture<Integer> exit = new CompletableFuture<>();
        String output = "";

        @Override
        public void onStart(NuProcess process) {
            process.closeStdin(true);
        }

        @Override
        public void onStdout(ByteBuffer buffer, boolean closed) {
            if (buffer.hasRemaining()) output += US_ASCII.decode(buffer);
        }

        @Override
        public void onExit(int statusCode) {
            exit.complete(statusCode);
        }
    }
}

package io.asyncio4j.benchmarks.spawn;

import static io.asyncio4j.Asyncio.DEVNULL;
import static io.asyncio4j.Asyncio.PIPE;
import static io.asyncio4j.Asyncio.createSubprocess;
import static io.asyncio4j.Asyncio.createTask;
import static io.asyncio4j.Asyncio.gather;
import static io.asyncio4j.Asyncio.run;
import static io.asyncio4j.Asyncio.setEventLoopPolicy;
import static java.nio.charset.StandardCharsets.US_ASCII;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Task;
import io.asyncio4j.loop.ProactorEventLoop;
import io.asyncio4j.policy.DefaultEventLoopPolicy;
import io.asyncio4j.subprocess.ChildProcess;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.watcher.ChildWatcher;
import io.asyncio4j.watcher.Watchers;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** This library: a task a place, each running one child after the other. */
public final class Asyncio4jPeer implements Contestant {

    private final String watcher;
    private int left;

    private Asyncio4jPeer(String watcher) {
        this.watcher = watcher;
    }

    public static void main(String[] args) throws Exception {
        if (args.length < 2 || !args[0].equals("--watcher")) {
            System.err.println("arguments: --watcher NAME, then as every contestant");
            System.exit(2);
        }
        String watcher = args[1];
        setEventLoopPolicy(
                new DefaultEventLoopPolicy() {
                    @Override
                    public EventLoop newEventLoop() {
                        return watcher.equals("uring")
                                ? new ProactorEventLoop()
                                : super.newEventLoop();
                    }

                    @Override
                    protected ChildWatcher newChildWatcher() {
                        return Watchers.create(watcher);
                    }
                });
        ContestantMain.run(new Asyncio4jPeer(watcher), Arrays.asList(args).subList(2, args.length));
    }

    @Override
    public String name() {
        return "asyncio4j-" + watcher;
    }

    @Override
    public long race(int total, int concurrency, boolean pipe, String program) {
        Command command = command(program).stdout(pipe ? PIPE : Command.exec(program).stdout());
        left = total;
        return run(() -> {
            List<Task<Integer>> places = new ArrayList<>();
            for (int i = 0; i < concurrency; i++) {
                places.add(createTask(() -> runChildren(command, pipe)));
            }
            return gather(places).stream().mapToLong(Integer::longValue).sum();
        });
    }

    private int runChildren(Command command, boolean pipe) throws IOException {
        int failures = 0;
        while (left > 0) {
            left--;
            try (ChildProcess child = createSubprocess(command)) {
                boolean good =
                        pipe
                                ? new String(child.communicate(null).stdout(), US_ASCII)
                                                .equals(ContestantMain.HELLO)
                                        && child.waitFor().isSuccess()
                                : child.waitFor().isSuccess();
                failures += good ? 0 : 1;
            }
        }
        return failures;
    }

    @Override
    public void crowd(int size, String program, CrowdScript script) throws Exception {
        Command command = command(program);
        run(() -> {
            ChildProcess[] children = new ChildProcess[size];
            for (int i = 0; i < size; i++) children[i] = createSubprocess(command);
            script.play(
                    new Crowd() {
                        @Override
                        public void killAndAwait(int index) throws IOException {
                            children[index].kill();
                            children[index].waitFor();
                        }

                        @Override
                        public void replace(int index) throws IOException {
                            children[index] = createSubprocess(command);
                        }
                    });
            for (ChildProcess child : children) child.kill();
            for (ChildProcess child : children) child.waitFor();
        });
    }

    private static Command command(String program) {
        return Command.exec(program).stdin(DEVNULL);
    }
}

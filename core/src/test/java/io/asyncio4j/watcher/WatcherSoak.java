package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.loop.ProactorEventLoop;
import io.asyncio4j.loop.SelectorEventLoop;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.Spawn;
import io.asyncio4j.os.TestRequest;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.testing.LeakCheck;
import io.asyncio4j.testing.WatcherNames;
import io.asyncio4j.warning.Warnings;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Many children through one watcher: random exits, children that signal themselves, and kills, some
 * of them before the child is registered. Every one must be told once, with the right status, and
 * nothing be left behind.
 *
 * <p>A quick form runs with the tests; the long one, 200,000 children for each watcher:
 *
 * <pre>
 *   ./mvnw -q -pl core test-compile exec:exec@soak
 *   ./mvnw -q -pl core test-compile exec:exec@soak -Dsoak.children=2000 -Dsoak.watchers=pidfd,safe
 * </pre>
 */
public final class WatcherSoak {
    private static final int AT_A_TIME = 32;
    private static final int[] SIGNALS = {1, 2, 6, 9, 10, 12, 13, 14, 15, 24, 30, 34, 64};

    private final ChildWatcher watcher;
    private final EventLoop loop;
    private final Random random;
    // By child and not by pid: a pid may be another's before the exit was told.
    private final Set<Child> running = new HashSet<>();
    private final int children;
    private int started;
    private int told;
    private Throwable failure;

    private WatcherSoak(ChildWatcher watcher, int children, long seed) {
        this.watcher = watcher;
        this.loop =
                watcher instanceof UringChildWatcher
                        ? new ProactorEventLoop()
                        : new SelectorEventLoop();
        this.children = children;
        this.random = new Random(seed);
    }

    /**
     * Arguments: the watchers, separated by commas, or {@code all}; how many children for each;
     * and, to repeat a run, its seed.
     */
    public static void main(String[] arguments) throws Exception {
        long seed = arguments.length > 2 ? Long.parseLong(arguments[2]) : System.nanoTime();
        List<String> names =
                arguments[0].equals("all")
                        ? WatcherNames.all().toList()
                        : List.of(arguments[0].split(","));
        for (String name : names) {
            long begin = System.nanoTime();
            run(name, Integer.parseInt(arguments[1]), seed);
            System.out.printf(
                    "%s: %s children, each told once with the right status, %.1f s (seed %d)%n",
                    name, arguments[1], (System.nanoTime() - begin) / 1e9, seed);
        }
    }

    /** Runs one watcher; throws {@link AssertionError} saying what went wrong. */
    static void run(String name, int children, long seed) throws Exception {
        try (var _ = Warnings.record()) {
            // What the JVM opens once and for all, it opens now.
            new WatcherSoak(Watchers.create(name), AT_A_TIME, seed).run();
            Set<String> before = LeakCheck.inventory();
            new WatcherSoak(Watchers.create(name), children, seed).run();
            LeakCheck.awaitNothingBeyond(before);
        }
    }

    private void run() throws Exception {
        loop.setExceptionHandler((self, context) -> fail(new AssertionError(context.toString())));
        watcher.attachLoop(loop);
        try {
            loop.callSoon(() -> {
                for (int i = 0; i < AT_A_TIME; i++) {
                    startNext();
                }
            });
            loop.runForever();
        } finally {
            watcher.close();
            loop.close();
        }
        if (failure != null) {
            throw new AssertionError("after " + told + " of " + children, failure);
        }
        if (told != children || !running.isEmpty()) {
            throw new AssertionError("told " + told + ", not told " + running);
        }
    }

    private void fail(Throwable e) {
        failure = e;
        loop.stop();
    }

    private void startNext() {
        if (started == children || failure != null) {
            return;
        }
        started++;
        try (var _ = watcher.enter()) {
            start();
        } catch (IOException | RuntimeException e) {
            fail(e);
        }
    }

    private void start() throws IOException {
        final Child child;
        final int returncode;
        switch (random.nextInt(4)) {
            case 0 -> {
                child = spawn("/bin/true");
                returncode = 0;
            }
            case 1 -> {
                returncode = random.nextInt(256);
                child = spawn("/bin/sh", "-c", "exit " + returncode);
            }
            case 2 -> {
                int signal = SIGNALS[random.nextInt(SIGNALS.length)];
                returncode = -signal;
                child = spawn("/bin/sh", "-c", "ulimit -c 0; kill -" + signal + " $$; sleep 1000");
            }
            default -> {
                int signal = random.nextBoolean() ? 9 : 15;
                returncode = -signal;
                child = spawn("/bin/sleep", "1000");
                if (random.nextBoolean()) {
                    child.signal(signal);
                    if (random.nextBoolean()) {
                        WaitId.await(child.pid());
                    }
                } else {
                    loop.callSoon(() -> kill(child, signal));
                }
            }
        }
        running.add(child);
        watcher.addChildHandler(child.pid(), (pid, told) -> exited(child, pid, told, returncode));
    }

    private void kill(Child child, int signal) {
        try {
            child.signal(signal);
        } catch (IOException e) {
            fail(e);
        }
    }

    private static Child spawn(String... command) throws IOException {
        return Children.started(Spawn.spawn(TestRequest.of(List.of(command))));
    }

    private void exited(Child child, long pid, int returncode, int expected) {
        if (!running.remove(child) || pid != child.pid() || returncode != expected) {
            fail(
                    new AssertionError(
                            child + ": told " + returncode + ", expected " + expected + " once"));
            return;
        }
        told++;
        if (told == children) {
            loop.stop();
        }
        startNext();
    }
}

package io.asyncio4j.watcher;

import io.asyncio4j.EventLoop;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.NoChildException;
import io.asyncio4j.os.Spawn;
import io.asyncio4j.os.TestRequest;
import io.asyncio4j.os.WaitId;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.testing.LoopKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;

/** A loop, a watcher attached to it, real children, and the exits that were reported. */
final class World implements AutoCloseable {

    /** Code for a callback of the loop. */
    interface Body {
        void run() throws Exception;
    }

    /** What a watcher has reported. */
    record Exit(long pid, ExitStatus status) {
        int returncode() {
            return status.returncode();
        }
    }

    static final int KILL = 9;
    static final int CONT = 18;
    static final int STOP = 19;

    final EventLoop loop;
    final ChildWatcher watcher;
    final List<Exit> reported = new CopyOnWriteArrayList<>();
    final List<ExceptionContext> failures = new CopyOnWriteArrayList<>();
    final ChildHandler recorder =
            new ChildHandler() {
                @Override
                public void exited(long pid, int returncode) {
                    throw new AssertionError("only called by reaped");
                }

                @Override
                public void reaped(long pid, ExitStatus status) {
                    reported.add(new Exit(pid, status));
                    check();
                }
            };

    private final List<Child> children = new CopyOnWriteArrayList<>();
    private @Nullable BooleanSupplier goal;

    World(ChildWatcher watcher, LoopKind kind) {
        this(watcher, kind.open());
    }

    World(ChildWatcher watcher, EventLoop loop) {
        this.watcher = watcher;
        this.loop = loop;
        loop.setExceptionHandler((self, context) -> {
            failures.add(context);
            check();
        });
        watcher.attachLoop(loop);
    }

    void check() {
        BooleanSupplier wanted = goal;
        if (wanted != null && wanted.getAsBoolean()) {
            loop.stop();
        }
    }

    /** Runs {@code body} as a callback of the loop. */
    void turn(Body body) throws Exception {
        turn(loop, body);
    }

    static void turn(EventLoop loop, Body body) throws Exception {
        var thrown = new ArrayList<Throwable>();
        loop.callSoon(() -> {
            try {
                body.run();
            } catch (Throwable e) {
                thrown.add(e);
            } finally {
                loop.stop();
            }
        });
        loop.runForever();
        for (Throwable each : thrown) {
            if (each instanceof Error error) {
                throw error;
            }
            throw (Exception) each;
        }
    }

    /** Runs the loop until what was told or has failed meets {@code wanted}. */
    void until(BooleanSupplier wanted) {
        if (wanted.getAsBoolean()) {
            return;
        }
        goal = wanted;
        var guard =
                loop.callLater(
                        Duration.ofSeconds(20),
                        () -> {
                            failures.add(new ExceptionContext("gave up waiting", null));
                            loop.stop();
                        });
        loop.runForever();
        guard.cancel();
        goal = null;
        if (!wanted.getAsBoolean()) {
            throw new AssertionError("reported " + reported + ", failed " + failures);
        }
    }

    void untilReported(int count) {
        until(() -> reported.size() >= count);
    }

    List<Integer> returncodes(long pid) {
        return reported.stream().filter(e -> e.pid() == pid).map(Exit::returncode).toList();
    }

    List<Long> pids() {
        return reported.stream().map(Exit::pid).toList();
    }

    /** Has a child end and be told of, after everything that happened before. */
    void fence() throws Exception {
        long[] pid = new long[1];
        turn(() -> pid[0] = watched("exit 42"));
        until(() -> pids().contains(pid[0]));
        reported.removeIf(each -> each.pid() == pid[0]);
    }

    /** Starts a child; it is killed at the end of the test if need be. */
    Child spawn(String script) throws IOException {
        return spawn("/bin/sh", "-c", script);
    }

    Child spawn(String... command) throws IOException {
        Child child = Children.started(Spawn.spawn(TestRequest.of(List.of(command))));
        children.add(child);
        return child;
    }

    /** A child that runs until it is killed. */
    Child sleeper() throws IOException {
        return spawn("/bin/sleep", "1000");
    }

    /** A child that has ended, unreaped, as far as that is up to us. */
    Child ended(String script) throws IOException {
        Child child = spawn(script);
        WaitId.await(child.pid());
        return child;
    }

    /** Starts a child and registers it. */
    long watched(String script) throws IOException {
        try (var _ = watcher.enter()) {
            Child child = spawn(script);
            watcher.addChildHandler(child.pid(), recorder);
            return child.pid();
        }
    }

    Child watchedSleeper() throws IOException {
        return watchedSleeper(recorder);
    }

    Child watchedSleeper(ChildHandler handler) throws IOException {
        try (var _ = watcher.enter()) {
            Child child = sleeper();
            watcher.addChildHandler(child.pid(), handler);
            return child;
        }
    }

    /** The letter of {@code /proc/PID/stat}, such as T for stopped; X if there is no process. */
    static char state(long pid) {
        String stat = taskStat(Path.of("/proc", Long.toString(pid)));
        return stat.isEmpty() ? 'X' : stat.charAt(stat.lastIndexOf(')') + 2);
    }

    /** The {@code stat} of a process or thread in {@code /proc}; nothing if it has ended. */
    static String taskStat(Path task) {
        try {
            return Files.readString(task.resolve("stat"));
        } catch (IOException ended) {
            return "";
        }
    }

    /** Waits for something that the system does by itself. */
    static void await(BooleanSupplier condition) {
        long begin = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - begin > 20_000_000_000L) {
                throw new AssertionError("it did not come true");
            }
            Thread.onSpinWait();
        }
    }

    /** Kills a child and waits until it has ended; a watcher may have reaped it by then. */
    static void killed(Child child) throws IOException {
        child.signal(KILL);
        try {
            WaitId.await(child.pid());
        } catch (NoChildException reaped) {
            // So it has ended.
        }
    }

    /** Ends a child and reaps it behind everybody's back. */
    static void steal(Child child) throws IOException {
        WaitId.await(child.pid());
        WaitId.reap(child.pid());
    }

    @Override
    public void close() throws IOException {
        watcher.close();
        if (!loop.isClosed()) {
            loop.close();
        }
        for (Child child : children) {
            try {
                child.signal(KILL);
                WaitId.await(child.pid());
                child.reap();
            } catch (IOException gone) {
                if (!(gone instanceof NoChildException)
                        && !(gone instanceof io.asyncio4j.NoSuchProcessException)) {
                    throw gone;
                }
            }
        }
    }
}

package io.asyncio4j.child;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.Pty;
import io.asyncio4j.os.Spawn;
import io.asyncio4j.os.SpawnRequest;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.Stdio;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The part of a {@link Launch} that may have to wait for a file system, and is done beside the loop
 * then: opening what the streams need, and starting the child.
 *
 * <pre>
 *   QUEUED --run--> RUNNING --pid or failure--> DONE --by the loop, in a turn-------> TAKEN
 *      |               |                          \---by its closing: disposed of--^
 *      +--callOff: nothing is started --> TAKEN
 * </pre>
 *
 * <p>Whoever brings it to TAKEN owns what is there then: the descriptors, and the child.
 */
final class Spawning implements Runnable {

    private enum Stage {
        QUEUED,
        RUNNING,
        DONE,
        TAKEN
    }

    private final EventLoop loop;
    private final Command command;
    private final Runnable arrival;
    private final Runnable disposed;
    private Stage stage = Stage.QUEUED;
    private @Nullable StdioPlan plan;
    private @Nullable Child child;
    private @Nullable Throwable failure;

    /**
     * Prepares it.
     *
     * @param arrival runs on the loop when it is done
     * @param disposed runs instead, in whatever thread, if the loop was closed; nothing is left
     *     then
     */
    Spawning(EventLoop loop, Command command, Runnable arrival, Runnable disposed) {
        this.loop = loop;
        this.command = command;
        this.arrival = arrival;
        this.disposed = disposed;
    }

    /**
     * Whether nothing that this does may have to wait: it may as well run on the loop then. Asked
     * without waiting, before it runs.
     */
    boolean isImmediate() {
        for (Stdio stream : List.of(command.stdin(), command.stdout(), command.stderr())) {
            if (stream instanceof Stdio.ToFile || stream instanceof Stdio.Terminal) {
                return false;
            }
        }
        int any = SpawnRequest.INHERIT;
        try {
            return Spawn.isImmediate(request(any, any, any, null));
        } catch (IllegalArgumentException e) {
            return false; // the start is going to fail with it
        }
    }

    /** Whether it may block for as long as another process likes, as opening a FIFO does. */
    boolean mayHang() {
        for (Stdio stream : List.of(command.stdin(), command.stdout(), command.stderr())) {
            if (stream instanceof Stdio.ToFile(Path path, boolean _)
                    && Files.exists(path)
                    && !Files.isRegularFile(path)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void run() {
        synchronized (this) {
            if (stage != Stage.QUEUED) {
                return;
            }
            stage = Stage.RUNNING;
        }
        Throwable thrown = null;
        try {
            start();
        } catch (Throwable t) {
            thrown = t;
        }
        synchronized (this) {
            failure = thrown;
            stage = Stage.DONE;
        }
        try {
            loop.callSoonThreadsafe(arrival);
        } catch (IllegalStateException loopIsClosed) {
            if (take()) {
                dispose();
            }
        }
    }

    private void start() throws Exception {
        // First, so that no file is emptied for nothing.
        Spawn.requireDirectory(command.directory());
        StdioPlan opened = StdioPlan.open(command);
        try {
            Child started = Children.started(Spawn.spawn(request(opened)));
            // Not when the loop takes over, which may be after many more starts.
            opened.closeChilds();
            synchronized (this) {
                plan = opened;
                child = started;
            }
        } catch (Throwable t) {
            opened.close();
            throw t;
        }
    }

    /** Takes over what is there, once: false if it is not done, or has been taken already. */
    synchronized boolean take() {
        boolean done = stage == Stage.DONE;
        if (done) {
            stage = Stage.TAKEN;
        }
        return done;
    }

    /**
     * Gives its turn up, if that has not come.
     *
     * @return true if nothing was started nor will be; else it becomes done yet
     */
    synchronized boolean callOff() {
        if (stage == Stage.QUEUED) {
            stage = Stage.TAKEN;
            return true;
        }
        return false;
    }

    /** Lets go of everything, now that the loop is closed. */
    void loopClosed() {
        if (callOff()) {
            disposed.run();
        } else if (take()) {
            Spawner.execute(this::dispose);
        }
    }

    private void dispose() {
        if (child != null) {
            // Before its input ends.
            Orphan.kill(child);
        }
        if (plan != null) {
            plan.close();
        }
        if (child != null) {
            Orphan.killAndReap(child);
        }
        disposed.run();
    }

    /** Why there is no child; null if there is one. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    Child child() {
        if (child == null) {
            throw new IllegalStateException("No child was started");
        }
        return child;
    }

    StdioPlan plan() {
        if (plan == null) {
            throw new IllegalStateException("No child was started");
        }
        return plan;
    }

    private SpawnRequest request(StdioPlan streams) {
        return request(streams.childs(0), streams.childs(1), streams.childs(2), streams.terminal());
    }

    private SpawnRequest request(int stdin, int stdout, int stderr, @Nullable Pty terminal) {
        return new SpawnRequest(
                command.arguments(),
                command.environment(),
                command.directory(),
                stdin,
                stdout,
                stderr,
                command.newSession() || terminal != null,
                orNone(command.processGroup()),
                ints(command.passDescriptors()),
                orNone(command.umask()),
                orNone(command.user()),
                orNone(command.group()),
                command.extraGroups() == null ? null : ints(command.extraGroups()),
                terminal);
    }

    private static int orNone(@Nullable Integer value) {
        return value == null ? -1 : value;
    }

    private static int[] ints(List<Integer> list) {
        int[] ints = new int[list.size()];
        Arrays.setAll(ints, list::get);
        return ints;
    }
}

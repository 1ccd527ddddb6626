package io.asyncio4j.child;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.Children;
import io.asyncio4j.os.Spawn;
import io.asyncio4j.os.SpawnRequest;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.Stdio;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The part of a {@link Launch} that may have to wait for a file system, and then runs in another
 * thread: opening the files of the streams, and starting the child.
 *
 * <pre>
 *   QUEUED --run--> RUNNING --pid or failure--> DONE --by the loop, in a turn-------> TAKEN
 *      |               |                          \---by its closing: disposed of--^
 *      +--callOff: nothing is started --> TAKEN
 * </pre>
 *
 * <p>The thread that moves it to TAKEN then owns the descriptors and the child.
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

    // Owned by the thread that runs it until it is DONE; then by the one that takes it.
    private final StdioPlan plan;
    private final SpawnRequest request;
    private @Nullable Child child;
    private @Nullable Throwable failure;

    /**
     * Prepares a start.
     *
     * @param arrival runs on the loop when it is done, unless {@link #runHere} says so
     * @param disposed runs instead, in any thread, if the loop was closed and everything has been
     *     released
     */
    Spawning(EventLoop loop, Command command, Runnable arrival, Runnable disposed) {
        this.loop = loop;
        this.command = command;
        this.plan = new StdioPlan(command);
        this.request = new CommandRequest(command, plan);
        this.arrival = arrival;
        this.disposed = disposed;
    }

    /**
     * Returns whether no part of this can block, so that it can run on the loop. Never blocks;
     * called before {@link #run}.
     */
    boolean isImmediate() {
        for (Stdio stream : List.of(command.stdin(), command.stdout(), command.stderr())) {
            if (stream instanceof Stdio.ToFile || stream instanceof Stdio.Terminal) {
                return false;
            }
        }
        return Spawn.isImmediate(request);
    }

    /** Returns whether it may block until another process acts, as opening a FIFO does. */
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

    /**
     * Runs it in a turn of the loop, which then takes the result: nothing is posted.
     *
     * @return false if it was cancelled before
     */
    boolean runHere() {
        synchronized (this) {
            if (stage != Stage.QUEUED) {
                return false;
            }
            stage = Stage.RUNNING;
        }
        try {
            start();
        } catch (Throwable t) {
            failure = t;
        }
        synchronized (this) {
            stage = Stage.DONE;
        }
        return true;
    }

    /** Runs it in any thread, and posts the arrival to the loop. */
    @Override
    public void run() {
        if (!runHere()) {
            return;
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
        // First, so that a start that must fail does not truncate a file.
        Spawn.validate(request);
        try {
            plan.open();
            child = Children.started(Spawn.spawn(request));
            // Now, and not when the loop takes the result, which may be after many more starts.
            plan.closeChilds();
        } catch (Throwable t) {
            plan.close();
            throw t;
        }
    }

    /** Takes the result, once; returns false if it is not done or has been taken already. */
    synchronized boolean take() {
        boolean done = stage == Stage.DONE;
        if (done) {
            stage = Stage.TAKEN;
        }
        return done;
    }

    /**
     * Cancels it if it has not begun.
     *
     * @return true if nothing was or will be started; if false, it will still become done
     */
    synchronized boolean callOff() {
        if (stage == Stage.QUEUED) {
            stage = Stage.TAKEN;
            return true;
        }
        return false;
    }

    /** Releases everything, now that the loop is closed. */
    void loopClosed() {
        if (callOff()) {
            disposed.run();
        } else if (take()) {
            Spawner.execute(this::dispose);
        }
    }

    private void dispose() {
        if (child != null) {
            // Killed before its input ends.
            Orphan.kill(child);
        }
        plan.close();
        if (child != null) {
            Orphan.killAndReap(child);
        }
        disposed.run();
    }

    /** Returns why there is no child, or null if there is one. */
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

    /** Returns the streams, which are open if there is a child. */
    StdioPlan plan() {
        return plan;
    }
}

package io.asyncio4j.child;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;

/**
 * The part of a {@link Launch} that may have to wait for a file system, and then runs in another
 * thread: its {@link ChildStart} opens the files of the streams, and starts the child.
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
    private final ChildStart start;
    private final Runnable arrival;
    private final Runnable disposed;
    private Stage stage = Stage.QUEUED;

    // Owned by the thread that runs it until it is DONE; then by the one that takes it.
    private @Nullable StartedChild child;
    private @Nullable Throwable failure;

    /**
     * Prepares a start.
     *
     * @param arrival runs on the loop when it is done, unless {@link #runHere} says so
     * @param disposed runs instead, in any thread, if the loop was closed and everything has been
     *     released
     */
    Spawning(EventLoop loop, ChildStart start, Runnable arrival, Runnable disposed) {
        this.loop = loop;
        this.start = start;
        this.arrival = arrival;
        this.disposed = disposed;
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
            child = start.start();
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
            child.kill();
            child.closePipes();
            child.killAndReap();
        }
        disposed.run();
    }

    /** Returns why there is no child, or null if there is one. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    StartedChild child() {
        if (child == null) {
            throw new IllegalStateException("No child was started");
        }
        return child;
    }
}

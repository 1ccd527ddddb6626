package io.asyncio4j.child;

import io.asyncio4j.EventLoop;

/**
 * {@link Spawning} with its mistakes to make: looking before taking, and telling before it is so.
 */
final class BrokenSpawning implements Runnable {

    private enum Stage {
        QUEUED,
        RUNNING,
        DONE,
        TAKEN
    }

    private final EventLoop loop;
    private final Runnable arrival;
    private final Runnable disposed;
    private volatile Stage stage = Stage.QUEUED;

    BrokenSpawning(EventLoop loop, Runnable arrival, Runnable disposed) {
        this.loop = loop;
        this.arrival = arrival;
        this.disposed = disposed;
    }

    /** Between the look and the step another thread may call it off. */
    @Override
    public void run() {
        if (stage != Stage.QUEUED) {
            return;
        }
        stage = Stage.RUNNING;
        boolean told = tell();
        // A loop that is closed now sees it running, and leaves it to this thread.
        stage = Stage.DONE;
        if (!told && take()) {
            disposed.run();
        }
    }

    private boolean tell() {
        try {
            loop.callSoonThreadsafe(arrival);
            return true;
        } catch (IllegalStateException loopIsClosed) {
            return false;
        }
    }

    boolean take() {
        boolean done = stage == Stage.DONE;
        if (done) {
            stage = Stage.TAKEN;
        }
        return done;
    }

    boolean callOff() {
        if (stage == Stage.QUEUED) {
            stage = Stage.TAKEN;
            return true;
        }
        return false;
    }

    void loopClosed() {
        if (callOff() || take()) {
            disposed.run();
        }
    }
}

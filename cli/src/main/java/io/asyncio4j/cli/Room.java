package io.asyncio4j.cli;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Whether the system has room for another job: descriptors, threads and processes.
 *
 * <pre>
 *   generous: several are started at a time      careful: one at a time, and only if there is as
 *      |       ^ a reserve is held meanwhile        ^      much as a reserve after the one before
 *      +-- a start fails, or a limit is near -------+
 * </pre>
 *
 * <p>Where there is no room, the run waits until a job ends. Belongs to the loop.
 */
final class Room {
    /**
     * As many as keep the loop and the library's two spawning threads busy. No more, so that a
     * signal meets few that are under way, and those few need few descriptors.
     */
    private static final int MOST_STARTING = 4;

    // For a job's shell to fork, and for the reserve's threads to be gone.
    private static final Duration PAUSE = Duration.ofMillis(2);
    private static final int MOST_PAUSES = 50;
    private static final Duration LONG_PAUSE = Duration.ofMillis(100);

    private static final String TOO_LITTLE =
            "hardly any process, thread or descriptor is left: ulimit -u, pids.max of the cgroup,"
                    + " ulimit -n";

    private final EventLoop loop;
    private final Runnable onRoom;
    private final Consumer<String> say;
    private @Nullable Reserve reserve;
    private boolean careful;
    private boolean foundRoom;
    private boolean pausing;
    private boolean waiting;
    private boolean waitTold;

    /**
     * Looks how much room there is.
     *
     * @param jobs how many are to run at a time
     * @param onRoom called when there may be room again
     * @param say tells the user
     */
    Room(EventLoop loop, int jobs, Runnable onRoom, Consumer<String> say) {
        this.loop = loop;
        this.onRoom = onRoom;
        this.say = say;
        int processes = ProcessLimit.needed(jobs);
        boolean forAll = !ProcessLimit.isNear(processes) || Reserve.isThere(processes);
        this.reserve = forAll ? Reserve.take() : null;
        this.careful = reserve == null;
    }

    /** Returns whether another job may be started now, next to those that run or are started. */
    boolean isThere(int running, int starting) {
        if (waiting || pausing || starting >= (careful ? 1 : MOST_STARTING)) {
            return false;
        }
        if (!careful || running == 0 || foundRoom) {
            foundRoom = false;
            return true;
        }
        if (Reserve.isThere()) {
            foundRoom = true;
            pause(PAUSE);
        } else {
            await("a job", TOO_LITTLE);
        }
        return false;
    }

    /** Returns whether a job that is started now, alone, has all the room that there is. */
    boolean isAllFor(int running) {
        return careful && running == 0;
    }

    /** Called when a job has been started. */
    void started(Job job) {
        if (careful) {
            settle(job, MOST_PAUSES);
        }
    }

    /** Called when a job could not be started for lack of room, and will be again. */
    void lacked(Job job, Throwable failure, boolean othersRun) {
        release();
        careful = true;
        if (othersRun) {
            await("job " + job.number(), failure.getMessage());
        } else {
            // What the reserve has taken is free in a moment.
            pause(LONG_PAUSE);
        }
    }

    /** Called when a job is over. */
    void jobEnded() {
        waiting = false;
    }

    /** Lets the reserve go; when nothing is being started, and at the end. */
    void release() {
        if (reserve != null) {
            reserve.release();
            reserve = null;
        }
    }

    private void await(String who, @Nullable String reason) {
        waiting = true;
        if (!waitTold) {
            waitTold = true;
            say.accept(who + " waits until another ends: " + reason);
        }
    }

    /** Pauses until the job's shell has forked what it forks: looking for room takes it. */
    private void settle(Job job, int pauses) {
        pausing = true;
        loop.callLater(
                PAUSE,
                () -> {
                    if (pauses > 0 && job.isBusy()) {
                        settle(job, pauses - 1);
                    } else {
                        pausing = false;
                        onRoom.run();
                    }
                });
    }

    private void pause(Duration time) {
        pausing = true;
        loop.callLater(
                time,
                () -> {
                    pausing = false;
                    onRoom.run();
                });
    }
}

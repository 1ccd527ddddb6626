package io.asyncio4j.cli;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * Decides whether the system has room for another job: descriptors, threads and processes.
 *
 * <pre>
 *   generous: several are started at a time      careful: one at a time, and only if there is as
 *      |       ^ a reserve is held meanwhile        ^      much as a reserve after the one before
 *      +-- a start fails, or a limit is near -------+
 * </pre>
 *
 * <p>If there is no room, the run waits until a job ends. Used on the loop only.
 */
final class Room {
    /**
     * Enough to keep the loop and the library's two spawning threads busy. Not more, so that few
     * starts are under way when a signal arrives, and these need few descriptors.
     */
    private static final int MOST_STARTING = 4;

    // Time for a job's shell to fork, and for the reserve's threads to end.
    private static final Duration PAUSE = Duration.ofMillis(2);
    private static final int MOST_PAUSES = 50;
    private static final Duration LONG_PAUSE = Duration.ofMillis(100);

    private static final String TOO_LITTLE =
            "hardly any process, thread or descriptor is left: raise ulimit -u, pids.max of the"
                    + " cgroup, or ulimit -n";

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
     * Determines how much room there is.
     *
     * @param jobs how many run at a time
     * @param onRoom called when there may be room again
     * @param say shows a message to the user
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

    /** Returns whether another job may be started now, besides those running or being started. */
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

    /** Returns whether a job started now would run alone, with all the room that there is. */
    boolean isAllFor(int running) {
        return careful && running == 0;
    }

    /** Called when a job has been started. */
    void started(Job job) {
        if (careful) {
            settle(job, MOST_PAUSES);
        }
    }

    /** Called when a job could not be started for lack of room, and will be retried. */
    void lacked(Job job, Throwable failure, boolean othersRun) {
        release();
        careful = true;
        if (othersRun) {
            await("job " + job.number(), failure.getMessage());
        } else {
            // The reserve's threads and descriptors are free in a moment.
            pause(LONG_PAUSE);
        }
    }

    /** Called when a job is over. */
    void jobEnded() {
        waiting = false;
    }

    /** Releases the reserve; called when nothing is being started, and at the end. */
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
            say.accept(who + " waits until another job ends: " + reason);
        }
    }

    /** Pauses until the job's shell has forked: checking for room takes up room. */
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

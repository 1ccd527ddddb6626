package io.asyncio4j.child;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.TimerHandle;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.GroupMembers;
import io.asyncio4j.os.SignalNames;
import io.asyncio4j.os.Signals;
import io.asyncio4j.subprocess.ProcessGroup;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The process group that a child leads. It holds everything that the child starts, except processes
 * that leave the group, and may outlive the child.
 *
 * <pre>
 *   running --terminate--> terminating --grace over, or kill--> killing
 *      \                        |                                  |
 *       +-----------------------+-------- nobody left -------------+--> ended
 * </pre>
 *
 * <p>A group's number is its leader's pid. A signal must never reach another group with that
 * number. The kernel reuses a number only when neither a process nor a group has it, so it is ours:
 *
 * <ul>
 *   <li>until the leader is reaped, whether it is running or a zombie;
 *   <li>after that, as long as the group has had members without interruption. Another group with
 *       that number would need a process with that pid as its founder: if there is one again, ours
 *       has ended. Once observed, the end is final.
 * </ul>
 *
 * <p>To reach another group, ours would have to end between the check and the signal, and the
 * kernel would have to go through all pids in that time.
 *
 * <p>Belongs to the callbacks and tasks of the child's loop.
 */
final class ChildGroup implements ProcessGroup {
    private static final Duration FIRST_PAUSE = Duration.ofMillis(1);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(50);

    private final EventLoop loop;
    private final Child leader;
    private final GroupMembers members;
    private final List<Future<@Nullable Void>> waiters = new ArrayList<>(1);
    private boolean leaderReaped;
    private boolean ended;
    private boolean killed;
    private @Nullable TimerHandle deadline;
    private @Nullable TimerHandle nextLook;
    private boolean searching;
    private Duration pause = FIRST_PAUSE;

    ChildGroup(EventLoop loop, Child leader) {
        this.loop = loop;
        this.leader = leader;
        this.members = new GroupMembers(leader.pid());
    }

    @Override
    public boolean exists() {
        return hasLeader() || (!hasEnded() && members.findLive());
    }

    private boolean hasLeader() {
        return !leaderReaped && !leader.isGone();
    }

    /** Returns whether the number no longer belongs to this group; zombies keep it. */
    private boolean hasEnded() {
        if (!ended && (answers(false) || !answers(true))) {
            ended = true;
        }
        return ended;
    }

    @Override
    public void signal(String signal) throws IOException {
        signal(SignalNames.number(signal));
    }

    @Override
    public void signal(int signal) throws IOException {
        int number = SignalNames.requireSendable(signal);
        try {
            leader.signalGroup(number);
            return;
        } catch (NoSuchProcessException e) {
            if (!exists()) {
                throw e;
            }
        }
        Signals.killpg(leader.pid(), number);
    }

    @Override
    public void kill() throws IOException {
        killed = true;
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
        signalWhoIsLeft("KILL");
    }

    @Override
    public Future<@Nullable Void> terminate(Duration grace) {
        Future<@Nullable Void> end = loop.createFuture();
        waiters.add(end);
        try {
            if (deadline == null && !killed) {
                deadline = loop.callLater(grace, this::graceIsOver);
                signalWhoIsLeft("TERM");
                // A stopped process handles the signal only when it continues.
                signalWhoIsLeft("CONT");
            }
        } catch (IOException e) {
            giveUp(e);
            return end;
        }
        look();
        return end;
    }

    private void graceIsOver() {
        deadline = null;
        try {
            kill();
        } catch (IOException e) {
            giveUp(e);
        }
    }

    /** Checks the group at once, now that the leader has been reaped. */
    void leaderExited() {
        leaderReaped = true;
        if (!waiters.isEmpty()) {
            pause = FIRST_PAUSE;
            look();
        }
    }

    /** Polls: the end of a grandchild is not reported to this process. */
    private void look() {
        cancelNextLook();
        if (hasLeader()) {
            lookLater();
        } else if (hasEnded()) {
            settle(null);
        } else if (members.hasKnown()) {
            lookLater();
        } else if (!searching) {
            searching = true;
            search();
        }
    }

    /** Searches all processes of the system, in another thread. */
    private void search() {
        Spawner.executeAlone(
                "asyncio-group-" + leader.pid(),
                () -> {
                    boolean found = members.findLive();
                    try {
                        loop.callSoonThreadsafe(() -> searched(found));
                    } catch (IllegalStateException loopIsClosed) {
                        // No waiter is left to notify.
                    }
                });
    }

    private void searched(boolean found) {
        searching = false;
        if (found) {
            lookLater();
        } else if (!waiters.isEmpty()) {
            settle(null);
        }
    }

    private void lookLater() {
        if (!waiters.isEmpty() && nextLook == null) {
            nextLook = loop.callLater(pause, this::look);
            if (pause.compareTo(LONGEST_PAUSE) < 0) {
                pause = pause.multipliedBy(2);
            }
        }
    }

    private void cancelNextLook() {
        if (nextLook != null) {
            nextLook.cancel();
            nextLook = null;
        }
    }

    private void giveUp(IOException cause) {
        cancelNextLook();
        settle(cause);
    }

    private void settle(@Nullable IOException cause) {
        if (deadline != null) {
            deadline.cancel();
            deadline = null;
        }
        for (Future<@Nullable Void> waiter : waiters) {
            if (waiter.isDone()) {
                continue;
            }
            if (cause == null) {
                waiter.setResult(null);
            } else {
                waiter.setException(cause);
            }
        }
        waiters.clear();
    }

    private void signalWhoIsLeft(String signal) throws IOException {
        try {
            signal(signal);
        } catch (NoSuchProcessException e) {
            // Nothing is left to signal.
        }
    }

    /** Returns whether there is a group, or else a process, with that number. */
    private boolean answers(boolean group) {
        try {
            if (group) {
                Signals.killpg(leader.pid(), 0);
            } else {
                Signals.kill(leader.pid(), 0);
            }
            return true;
        } catch (NoSuchProcessException e) {
            return false;
        } catch (IOException notPermitted) {
            return true;
        }
    }

    @Override
    public String toString() {
        return "<ProcessGroup " + leader.pid() + (ended ? " ended>" : ">");
    }
}

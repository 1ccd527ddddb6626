package io.asyncio4j.subprocess;

import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.os.Child;
import io.asyncio4j.os.Signals;
import java.io.IOException;

/**
 * The process group that a child leads, which may outlive the child.
 *
 * <p>A group's number is its leader's pid, and must never mean somebody else's group. The kernel
 * gives a number away again only when neither a process nor a group has it. So it is ours:
 *
 * <ul>
 *   <li>until the leader is reaped, be it running or a zombie;
 *   <li>after that, as long as members have been there without a break. A stranger's group of that
 *       number would need a process of that pid to found it: where there is one again, ours has
 *       ended. Once found ended, it stays so.
 * </ul>
 *
 * <p>Between looking and signalling, the group would have to end, and all numbers to be used up
 * once, for a stranger to be hit.
 */
final class ProcessGroup {
    private final Child leader;
    private boolean ended;

    ProcessGroup(Child leader) {
        this.leader = leader;
    }

    /** Returns whether the leader was not reaped yet, or others are left. */
    boolean exists() {
        if (!leader.isGone()) {
            return true;
        }
        if (!ended && (answers(false) || !answers(true))) {
            ended = true;
        }
        return !ended;
    }

    /**
     * Sends a signal to all members.
     *
     * @throws NoSuchProcessException if there are none
     */
    void signal(int number) throws IOException {
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

    /** Whether there is a group, or else a process, of that number. */
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
}

package io.asyncio4j.proactor;

import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Pidfd;
import io.asyncio4j.os.Uring;
import io.asyncio4j.os.UringOp;
import io.asyncio4j.os.WaitId;
import java.io.IOException;
import java.util.ArrayDeque;

/**
 * How children are waited for: the first of them by their pid. At each exit, the kernel asks every
 * such wait of the process whether it is the one, so that the others are polls of a pidfd, which
 * costs two system calls at the beginning and is told alone. The poll keeps the pidfd open for the
 * kernel; its number is free again as soon as the poll has been submitted.
 */
final class UringWaits {
    /** With so many, an exit takes longer by about what a pidfd costs. */
    static final int MOST_BY_PID = 64;

    private static final int P_PID = 1;
    private static final int WEXITED = 4;
    private static final int WNOWAIT = 0x100_0000;

    private final ArrayDeque<Integer> pidfds = new ArrayDeque<>();
    private int byPid;

    void prepare(WaitChild wait, Uring to, long data) {
        if (byPid >= MOST_BY_PID && !wait.isByPidOnly) {
            try {
                int pidfd = Pidfd.open(wait.pid);
                pidfds.add(pidfd);
                WaitId.peek(wait.pid); // fails if this is another process that got the number
                to.prepare(UringOp.POLL_ADD, pidfd, 0, 0, 0, Poll.IN, data);
                return;
            } catch (IOException e) {
                // No descriptor is left, or the child: then the wait by pid tells that there is
                // nothing to wait for.
            }
        }
        byPid++;
        wait.isByPid = true;
        to.prepare(UringOp.WAITID, wait.pid, 0, P_PID, 0, 0, data);
        to.fileIndex(WEXITED | WNOWAIT);
    }

    /** Returns whether {@link #submitted} is to be called before the loop waits. */
    boolean hasPidfds() {
        return !pidfds.isEmpty();
    }

    /** Closes the pidfds, whose polls have been submitted, or never will be. */
    void submitted() {
        for (Integer pidfd; (pidfd = pidfds.poll()) != null; ) {
            FdTable.closeQuietly(pidfd);
        }
    }

    /** Notes that {@code wait} has ended; returns its result, whichever way it was. */
    int completed(WaitChild wait, int result) {
        forget(wait);
        if (result > 0) {
            // The parent of a child that a debugger traces has to wait for that to let it go. To
            // poll again, if this is submitted again, would be to spin.
            wait.isByPidOnly = true;
        }
        return Math.min(result, 0);
    }

    /** Notes that no ring waits for {@code wait} any more. */
    void forget(WaitChild wait) {
        if (wait.isByPid) {
            wait.isByPid = false;
            byPid--;
        }
    }
}

package io.asyncio4j.proactor;

import io.asyncio4j.os.FdTable;
import io.asyncio4j.os.Pidfd;
import io.asyncio4j.os.Uring;
import io.asyncio4j.os.UringOp;
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
        if (byPid >= MOST_BY_PID) {
            try {
                int pidfd = Pidfd.open(wait.pid);
                pidfds.add(pidfd);
                to.prepare(UringOp.POLL_ADD, pidfd, 0, 0, 0, Poll.IN, data);
                return;
            } catch (IOException e) {
                // No descriptor is left, or the child: then this tells that nothing is to be
                // waited for.
            }
        }
        byPid++;
        wait.isByPid = true;
        to.prepare(UringOp.WAITID, wait.pid, 0, P_PID, 0, 0, data);
        to.fileIndex(WEXITED | WNOWAIT);
    }

    /** Returns whether {@link #submitted} is to be called before anything else is waited for. */
    boolean hasPidfds() {
        return !pidfds.isEmpty();
    }

    /** Closes the pidfds, whose polls have been submitted, or never will be. */
    void submitted() {
        for (Integer pidfd; (pidfd = pidfds.poll()) != null; ) {
            FdTable.closeQuietly(pidfd);
        }
    }

    /** Notes that {@code wait} has completed. */
    void completed(WaitChild wait) {
        if (wait.isByPid) {
            wait.isByPid = false;
            byPid--;
        }
    }
}

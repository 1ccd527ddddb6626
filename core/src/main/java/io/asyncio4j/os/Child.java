package io.asyncio4j.os;

import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.annotation.Nullable;
import java.io.IOException;

/**
 * One child process, from its start until it is reaped, and never the process that gets its pid
 * afterwards. Signalling and reaping exclude each other, so that a signal meets the child or
 * nobody. Safe from any thread; no method blocks.
 *
 * <p>This holds as long as everybody who reaps the child does it here. Against those who do not,
 * such as a library that waits for any child, a pidfd helps, and without one a look before each
 * signal.
 *
 * <pre>
 *   running --(ends)--> zombie --reap()--> gone
 *      |                   |                ^
 *      +-------- taken by somebody else ----+
 * </pre>
 */
public final class Child {
    private final long pid;
    private int pidfd = -1;
    private volatile boolean gone;
    private @Nullable WaitStatus end;

    Child(long pid) {
        this.pid = pid;
    }

    /** Its process id; somebody else's once {@link #isGone()}. */
    public long pid() {
        return pid;
    }

    /** Whether it was reaped, as far as is known. */
    public boolean isGone() {
        return gone;
    }

    /**
     * Reaps the child if it has ended.
     *
     * @return how it ended; null if it still runs
     * @throws NoChildException if it was reaped before, here or by somebody else
     */
    public synchronized @Nullable WaitStatus reap() throws IOException {
        if (gone) {
            throw new NoChildException("wait4(" + pid + "): the child was reaped before");
        }
        try {
            WaitStatus status = WaitId.reap(pid);
            if (status != null) {
                end = status;
                leave();
            }
            return status;
        } catch (NoChildException e) {
            leave();
            throw e;
        }
    }

    /**
     * Looks whether the child has ended, leaving it to be reaped.
     *
     * @return how it ended, without usage unless it was reaped here; null if it still runs
     * @throws NoChildException if somebody else has reaped it
     */
    public synchronized @Nullable WaitStatus peek() throws IOException {
        if (end != null) {
            return end;
        }
        if (gone) {
            throw new NoChildException("waitid(" + pid + "): the child was reaped before");
        }
        return WaitId.peek(pid);
    }

    /** How it ended, if it was reaped here; null before, and if somebody else has reaped it. */
    public synchronized @Nullable WaitStatus end() {
        return end;
    }

    /**
     * Sends a signal, through a pidfd if {@linkplain #usePidfd there is one}.
     *
     * @param signal its number; 0 only asks whether the child is there
     * @throws NoSuchProcessException if the child was reaped
     */
    public synchronized void signal(int signal) throws IOException {
        requirePresent("kill", signal, pidfd >= 0);
        if (pidfd >= 0) {
            Pidfd.sendSignal(pidfd, signal);
        } else {
            Signals.kill(pid, signal);
        }
    }

    /**
     * Sends a signal to every process of the group that the child leads.
     *
     * @throws NoSuchProcessException if the child was reaped; what it left behind in its group is
     *     then out of reach here, for the group's number may be another's
     */
    public synchronized void signalGroup(int signal) throws IOException {
        requirePresent("killpg", signal, false);
        Signals.killpg(pid, signal);
    }

    /** Lends a pidfd of this child, to signal through until {@link #closePidfd}. */
    public synchronized void usePidfd(int fd) {
        pidfd = fd;
    }

    /** Closes a pidfd of this child; it is not signalled through any more. */
    public synchronized void closePidfd(int fd) {
        if (pidfd == fd) {
            pidfd = -1;
        }
        FdTable.closeQuietly(fd);
    }

    /** Marks it as reaped. */
    synchronized void leave() {
        gone = true;
        Children.forget(this);
    }

    private void requirePresent(String call, int signal, boolean toldByCall) throws IOException {
        if (!gone && !toldByCall) {
            try {
                WaitId.peek(pid);
            } catch (NoChildException e) {
                leave();
            }
        }
        if (gone) {
            throw new NoSuchProcessException(
                    call
                            + "("
                            + pid
                            + ", "
                            + SignalNames.describe(signal)
                            + "): "
                            + Errno.describe(Errno.ESRCH));
        }
    }

    @Override
    public String toString() {
        return "<child " + pid + (gone ? " gone>" : ">");
    }
}

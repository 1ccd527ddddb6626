package io.asyncio4j.os;

import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.annotation.Nullable;
import java.io.IOException;

/**
 * One child process, from its start until it is reaped; never the process that gets its pid
 * afterwards. Signalling and reaping exclude each other, so that a signal reaches this child or no
 * process. Safe from any thread; no method blocks.
 *
 * <p>This holds as long as all code that reaps the child does so through this class. Against other
 * code, such as a library that waits for any child, a pidfd protects; without one, the child is
 * checked before each signal.
 *
 * <pre>
 *   running --(ends)--> zombie --reap()--> gone
 *      |                   |                ^
 *      +-------- reaped by other code ------+
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

    /** Returns its process id, which may belong to another process once {@link #isGone()}. */
    public long pid() {
        return pid;
    }

    /** Returns whether it was reaped, as far as is known. */
    public boolean isGone() {
        return gone;
    }

    /**
     * Reaps the child if it has ended.
     *
     * @return how it ended; null if it still runs
     * @throws NoChildException if it was reaped before, here or by other code
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
     * @throws NoChildException if other code has reaped it
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

    /**
     * Returns how it ended, if it was reaped here; null before, and if other code has reaped it.
     */
    public synchronized @Nullable WaitStatus end() {
        return end;
    }

    /**
     * Sends a signal, through a pidfd if {@linkplain #usePidfd there is one}.
     *
     * @param signal its number; 0 only checks that the child exists
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
     * @throws NoSuchProcessException if the child was reaped; the other members of its group can
     *     then not be reached here, because the group's number may belong to another group
     */
    public synchronized void signalGroup(int signal) throws IOException {
        requirePresent("killpg", signal, false);
        Signals.killpg(pid, signal);
    }

    /**
     * Sets a pidfd through which signals are sent until {@link #closePidfd}; it remains the
     * caller's.
     */
    public synchronized void usePidfd(int fd) {
        pidfd = fd;
    }

    /** Closes a pidfd of this child, and no longer uses it for signals. */
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

package io.asyncio4j.proactor;

/** Waits for the end of a child, which is left to be reaped. */
public abstract non-sealed class WaitChild extends Operation {
    final int pid;

    /** Whether a ring waits for it by its pid. */
    boolean isByPid;

    /** Whether its pidfd has become readable, perhaps before the child can be reaped. */
    boolean isByPidOnly;

    /** Creates a wait for a child. */
    protected WaitChild(long pid) {
        this.pid = Math.toIntExact(pid);
    }
}

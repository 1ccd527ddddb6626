package io.asyncio4j.proactor;

/** Waits for the end of a child, which is left to be reaped. */
public abstract non-sealed class WaitChild extends Operation {
    final int pid;

    /** Creates a wait for a child. */
    protected WaitChild(long pid) {
        this.pid = Math.toIntExact(pid);
    }
}

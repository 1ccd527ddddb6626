package io.asyncio4j.watcher;

/** Told once that a child process has exited. */
@FunctionalInterface
public interface ChildHandler {

    /**
     * Called when the child was reaped.
     *
     * @param pid the child
     * @param returncode its exit status; the negative number of the signal that killed it; 255 when
     *     the status was taken by somebody else
     */
    void exited(long pid, int returncode);

    /** Called by watchers that know more than the return code; tells {@link #exited} of it. */
    default void reaped(ChildExit exit) {
        exited(exit.pid(), exit.returncode());
    }
}

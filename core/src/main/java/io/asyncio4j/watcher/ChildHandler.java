package io.asyncio4j.watcher;

import io.asyncio4j.subprocess.ExitStatus;

/** Receives the exit of a child process, once. */
@FunctionalInterface
public interface ChildHandler {

    /**
     * Called when the child has been reaped, with only its return code, as in asyncio.
     *
     * @param pid the child
     * @param returncode its exit status; the negative number of the signal that killed it; 255 if
     *     other code has taken the status
     */
    void exited(long pid, int returncode);

    /**
     * Called instead of {@link #exited} by the watchers of this package and by {@link
     * ChildRegistry}, which know more than the return code; calls {@link #exited} unless
     * overridden. A watcher that reaps by itself calls {@link #exited}.
     *
     * @param pid the child
     * @param status how it ended, {@link ExitStatus.Lost} if other code has taken the status
     */
    default void reaped(long pid, ExitStatus status) {
        exited(pid, status.returncode());
    }
}

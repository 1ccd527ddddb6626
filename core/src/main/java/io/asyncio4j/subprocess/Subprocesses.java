package io.asyncio4j.subprocess;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.LoopContext;
import java.util.function.Supplier;

/** Starts child processes on behalf of an event loop: the low level. */
public final class Subprocesses {
    private Subprocesses() {}

    /**
     * Starts a child: now if called in a turn of {@code loop}, else when the loop runs. Unless the
     * kernel has it all in memory, files are opened and the program is executed in another thread,
     * and the loop goes on meanwhile; what the command names must stay as it is until the future is
     * done. Cancelling the future before that starts nothing, or kills the child.
     *
     * @throws IllegalArgumentException if the command names a descriptor that is not open
     * @throws IllegalStateException if {@code loop} is running in another thread
     */
    public static Future<SubprocessTransport> start(
            EventLoop loop, Supplier<? extends SubprocessProtocol> factory, Command command) {
        return launch(loop, factory, command).result();
    }

    /** As {@link #start}, with the means to wait for the end of what was cancelled. */
    static Launch launch(
            EventLoop loop, Supplier<? extends SubprocessProtocol> factory, Command command) {
        LoopContext context = LoopContext.current();
        boolean here = context != null && context.loop() == loop;
        if (!here && loop.isRunning()) {
            throw new IllegalStateException(
                    "A child of "
                            + loop
                            + " cannot be started from thread '"
                            + Thread.currentThread().getName()
                            + "', which does not run this loop; use callSoonThreadsafe or"
                            + " runCoroutineThreadsafe");
        }
        StdioPlan.check(command);
        var launch = new Launch(loop, factory, command);
        if (here) {
            launch.run();
        } else {
            loop.callSoon(launch::run);
        }
        return launch;
    }
}

package io.asyncio4j.subprocess;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.LoopContext;
import java.util.function.Supplier;

/** Starts child processes on behalf of an event loop: the low level. */
public final class Subprocesses {
    private Subprocesses() {}

    /**
     * Starts a child: at once in a turn of {@code loop}, else when the loop runs. Cancelling the
     * future before it is done kills the child.
     *
     * @throws IllegalArgumentException if the command names a descriptor that is not open
     */
    public static Future<SubprocessTransport> start(
            EventLoop loop, Supplier<? extends SubprocessProtocol> factory, Command command) {
        StdioPlan.check(command);
        var launch = new Launch(loop, factory, command);
        LoopContext context = LoopContext.current();
        if (context != null && context.loop() == loop) {
            launch.run();
        } else {
            loop.callSoon(launch::run);
        }
        return launch.result();
    }
}

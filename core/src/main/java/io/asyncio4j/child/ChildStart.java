package io.asyncio4j.child;

import io.asyncio4j.subprocess.ExitStatus;
import java.util.function.Consumer;

/** One start of a child: the part of a {@link Launch} that depends on how children are started. */
interface ChildStart {

    /**
     * Prepares to learn of the exit, on the loop, before anything is opened or started.
     *
     * @throws IllegalStateException if the exit would not be reported
     * @throws UnsupportedOperationException if no child can be started so, saying why
     */
    void begin();

    /** Ends what {@link #begin} has begun. Called once after it, in any thread. */
    void end();

    /** Returns whether {@link #start} cannot block, so that it can run on the loop. */
    boolean isImmediate();

    /** Returns whether it may block until another process acts, as opening a FIFO does. */
    boolean mayHang();

    /** Opens files and starts the child; in any thread. What was opened is closed if it fails. */
    StartedChild start() throws Exception;

    /**
     * Has {@code exited} called with the exit of the child, once, in any thread. On the loop,
     * before {@link #end}.
     */
    void watch(Consumer<ExitStatus> exited);
}

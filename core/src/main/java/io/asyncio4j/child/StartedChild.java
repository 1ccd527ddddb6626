package io.asyncio4j.child;

import io.asyncio4j.EventLoop;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Pty;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.transport.Pipe;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * A child that was started: the part of a {@link ChildTransport} that depends on how. Owns the ends
 * of its pipes that stay here, until they are taken.
 */
interface StartedChild {

    /** Returns its process id. */
    long pid();

    /** Returns the end of a pipe that stays here, or null if that stream has none. */
    @Nullable
    Pipe pipe(int stream);

    /** Notes that the end of a pipe now belongs to a transport. */
    void pipeTaken(int stream);

    /** Closes the ends of pipes that were not taken. Idempotent. */
    void closePipes();

    /** Returns whether its input tells, when nothing is written, that the child has closed it. */
    boolean inputTellsHangUp();

    /**
     * Sends a signal.
     *
     * @param signal its number; 0 only checks that the child exists
     * @throws io.asyncio4j.NoSuchProcessException if the child is gone
     * @throws UnsupportedOperationException if a child that was started so cannot get this signal
     */
    void signal(int signal) throws IOException;

    /** Looks how it has ended, without taking its exit from who reports it; null while it runs. */
    @Nullable
    ExitStatus peek();

    /**
     * Has {@code ended} called in a turn of {@code loop} if the child, which was killed, ends and
     * this is not reported otherwise.
     *
     * @return to cancel that; null if its exit cannot get lost
     */
    @Nullable
    LastLook lastLook(EventLoop loop, Consumer<ExitStatus> ended);

    /** Returns the process group that it leads, or null. Called once. */
    @Nullable
    ChildGroup group(EventLoop loop);

    /** Returns its controlling terminal, or null if it has none of its own. */
    @Nullable
    Pty terminal();

    /** Kills it if it still runs; never throws. It remains to be reaped. */
    void kill();

    /** Kills it, waits until it has ended, and reaps it. For threads that may block. */
    void killAndReap();
}

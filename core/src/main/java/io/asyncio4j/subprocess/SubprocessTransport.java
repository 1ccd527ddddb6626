package io.asyncio4j.subprocess;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.transport.ReadTransport;
import io.asyncio4j.transport.WriteTransport;
import java.io.IOException;

/** A child process as its protocol's transport. */
public interface SubprocessTransport extends BaseTransport {

    /** Returns the process id. Another process may get it once the child has been reaped. */
    long getPid();

    /** Returns the exit status, the negative signal number, or null while the child runs. */
    @Nullable
    Integer getReturncode();

    /** Returns how the child ended, or null while it runs. */
    @Nullable
    ExitStatus getExitStatus();

    /**
     * Looks whether the child has ended, also if the loop does not know that yet: for code that
     * cannot await. The exit is reported all the same.
     *
     * @return how the child ended, without usage unless it was reported; null while it runs
     */
    @Nullable
    ExitStatus peekExitStatus();

    /** Returns the transport of the child's descriptor 0, 1 or 2, or null if that is no pipe. */
    @Nullable
    BaseTransport getPipeTransport(int fd);

    /** Returns the transport to the child's standard input, or null if that is no pipe. */
    default @Nullable WriteTransport getStdin() {
        return (WriteTransport) getPipeTransport(0);
    }

    /** Returns the transport from the child's standard output, or null if that is no pipe. */
    default @Nullable ReadTransport getStdout() {
        return (ReadTransport) getPipeTransport(1);
    }

    /** Returns the transport from the child's standard error, or null if that is no pipe. */
    default @Nullable ReadTransport getStderr() {
        return (ReadTransport) getPipeTransport(2);
    }

    /**
     * Sends a signal to the child; never to a process that was given the same pid later.
     *
     * @param signal a name, such as {@code TERM} or {@code SIGTERM}
     * @throws io.asyncio4j.NoSuchProcessException if the child is known to be gone
     */
    void sendSignal(String signal) throws IOException;

    /**
     * As {@link #sendSignal(String)}, by number.
     *
     * @param signal the platform's number, as in {@link ExitStatus.Signaled}; 0 only checks that
     *     the child exists
     * @throws IllegalArgumentException if there is no signal with that number
     */
    void sendSignal(int signal) throws IOException;

    /**
     * Returns the process group that the child leads.
     *
     * @throws IllegalStateException if the child was not started with {@code processGroup(0)},
     *     {@code newSession(true)} or a pseudo-terminal
     */
    ProcessGroup getGroup();

    /**
     * Sets the window size of the child's {@linkplain Stdio#pty() pseudo-terminal}, in characters.
     * Its foreground programs receive SIGWINCH.
     *
     * @throws IllegalStateException if the child has no pseudo-terminal, or it is closed
     */
    void setWindowSize(int rows, int columns) throws IOException;

    /** Sends SIGTERM. */
    default void terminate() throws IOException {
        sendSignal("TERM");
    }

    /** Sends SIGKILL. */
    default void kill() throws IOException {
        sendSignal("KILL");
    }

    /**
     * Reports this transport as unclosed, as debug mode does for others, if {@code user} becomes
     * unreachable before the transport is closed and the child has exited.
     */
    void reportUnclosed(Object user);

    /** Closes the pipes, and kills the child if it is still running. */
    @Override
    void close();
}

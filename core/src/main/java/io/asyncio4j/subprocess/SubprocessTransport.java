package io.asyncio4j.subprocess;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.transport.ReadTransport;
import io.asyncio4j.transport.WriteTransport;
import java.io.IOException;

/** A child process as its protocol's transport. */
public interface SubprocessTransport extends BaseTransport {

    /** Returns the process id. It means this child until the child has been reaped. */
    long getPid();

    /** Returns the exit status, the negative signal number, or null while the child lives. */
    @Nullable
    Integer getReturncode();

    /** Returns how the child ended, or null while it lives. */
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
     * Sends a signal to the child; never to a process that was given its pid later.
     *
     * @param signal a name, such as {@code TERM} or {@code SIGTERM}
     * @throws io.asyncio4j.NoSuchProcessException if the child is known to be gone
     */
    void sendSignal(String signal) throws IOException;

    /**
     * As {@link #sendSignal(String)}, by number.
     *
     * @param signal the platform's number, as {@link ExitStatus.Signaled} has it; 0 only checks
     *     that the child is there
     * @throws IllegalArgumentException if there is no signal of that number
     */
    void sendSignal(int signal) throws IOException;

    /**
     * Returns the process group that the child leads.
     *
     * @throws IllegalStateException if the child was not started with {@code processGroup(0)},
     *     {@code newSession(true)} or a terminal
     */
    ProcessGroup getGroup();

    /**
     * Sets the size of the window of a child on a {@linkplain Stdio#pty() pseudo-terminal}, in
     * characters. The programs in its foreground are sent SIGWINCH.
     *
     * @throws IllegalStateException if the child was not given one, or it is closed
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
     * Has this reported, as the other unclosed transports are in debug mode, if {@code user}
     * becomes unreachable before it is closed and the child has exited.
     */
    void reportUnclosed(Object user);

    /** Closes the pipes, and kills the child if it still lives. */
    @Override
    void close();
}

package io.asyncio4j.subprocess;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.Task;
import io.asyncio4j.Timeout;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.stream.StreamProtocol;
import io.asyncio4j.stream.StreamReader;
import io.asyncio4j.stream.StreamWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;

/**
 * The handle of a child process, for tasks of its parent.
 *
 * <pre>{@code
 * try (var git = createSubprocess(Command.exec("git", "log").stdout(PIPE))) {
 *     for (String line; (line = git.stdout().readLine()) != null; ) ...
 *     return git.waitFor();
 * }
 * }</pre>
 *
 * <p>Methods that wait must be called from a task. All methods must be called on the loop that
 * started the child.
 */
public final class ChildProcess implements AutoCloseable {
    private final ProcessProtocol protocol;
    private final SubprocessTransport transport;

    private ChildProcess(ProcessProtocol protocol, SubprocessTransport transport) {
        this.protocol = protocol;
        this.transport = transport;
    }

    /**
     * Starts a child, as {@code Asyncio.createSubprocess} does. If the task is cancelled while it
     * waits, a child that was already started is killed, and the cancellation is thrown once that
     * child has been reaped.
     *
     * @throws IOException naming the program or the directory, and errno, if it cannot be started
     * @throws IllegalArgumentException if the command names a descriptor that is not open
     * @throws IllegalStateException outside of a task of {@code loop}, or if the child watcher is
     *     not active
     */
    public static ChildProcess create(EventLoop loop, Command command) throws IOException {
        Task<?> task = Task.current();
        if (task == null) {
            throw new IllegalStateException(
                    "createSubprocess must be called from a task; from a callback use"
                            + " subprocessExec");
        }
        if (task.loop() != loop) {
            throw new IllegalStateException(
                    task
                            + " runs on "
                            + task.loop()
                            + " and cannot wait for a child of "
                            + loop
                            + "; have that loop run a task with Asyncio.runCoroutineThreadsafe");
        }
        var protocol = new ProcessProtocol(loop, command.limit());
        Future<SubprocessTransport> start = loop.subprocessExec(() -> protocol, command);
        try {
            if (start.isDone() && task.cancelling() > 0) {
                // Awaiting a done future does not suspend, so it would not deliver the
                // cancellation.
                IoFutures.awaitNextTurn(loop);
            }
            SubprocessTransport transport = IoFutures.await(start);
            var process = new ChildProcess(protocol, transport);
            if (loop.getDebug()) {
                transport.reportUnclosed(process);
            }
            return process;
        } catch (CancellationException e) {
            if (!start.isCancelled() && start.exception() == null) {
                // The task was cancelled in the turn in which the child was started.
                end(start.result(), protocol);
            }
            throw e;
        }
    }

    /**
     * Kills the child and waits until it has exited; returns the cancellation that arrived
     * meanwhile, or null.
     */
    private static @Nullable CancellationException end(
            SubprocessTransport transport, ProcessProtocol protocol) {
        transport.close();
        CancellationException cancellation = null;
        while (transport.getExitStatus() == null) {
            try {
                protocol.waitFor();
            } catch (CancellationException e) {
                cancellation = e;
            }
        }
        return cancellation;
    }

    /**
     * Returns the writer to standard input.
     *
     * @throws IllegalStateException if that is not a pipe
     */
    public StreamWriter stdin() {
        StreamProtocol stream = protocol.stream(0);
        if (stream == null) {
            throw noPipe("stdin");
        }
        return stream.writer();
    }

    /**
     * Returns the reader of standard output.
     *
     * @throws IllegalStateException if that is not a pipe
     */
    public StreamReader stdout() {
        return reader(1, "stdout");
    }

    /**
     * Returns the reader of standard error.
     *
     * @throws IllegalStateException if that is not a pipe
     */
    public StreamReader stderr() {
        return reader(2, "stderr");
    }

    private StreamReader reader(int fd, String name) {
        StreamProtocol stream = protocol.stream(fd);
        if (stream == null) {
            throw noPipe(name);
        }
        return stream.reader();
    }

    private static IllegalStateException noPipe(String name) {
        return new IllegalStateException(
                name + " of this process is not a pipe; start it with ." + name + "(PIPE)");
    }

    /**
     * Sets the window size of the child's {@linkplain Stdio#pty() pseudo-terminal}, in characters.
     * Its foreground programs receive SIGWINCH.
     *
     * @throws IllegalStateException if the child has no pseudo-terminal, or it is closed
     */
    public void setWindowSize(int rows, int columns) throws IOException {
        transport.setWindowSize(rows, columns);
    }

    /** Returns the process id. */
    public long pid() {
        return transport.getPid();
    }

    /** Returns the exit status, the negative signal number, or null while the child runs. */
    public @Nullable Integer returncode() {
        return transport.getReturncode();
    }

    /** Returns how the child ended, or null while it runs. */
    public @Nullable ExitStatus exitStatus() {
        return transport.getExitStatus();
    }

    /** Returns the transport, for operations that this class does not offer. */
    public SubprocessTransport transport() {
        return transport;
    }

    /**
     * Waits until the child has exited. After that, its output may still be in the pipes, and other
     * processes may hold them open.
     */
    public ExitStatus waitFor() {
        return protocol.waitFor();
    }

    /** As {@link #communicate(byte[])}, without input. */
    public Output communicate() throws IOException {
        return communicate(null);
    }

    /**
     * Sends {@code input}, closes standard input, concurrently reads standard output and standard
     * error to their ends, and waits until the child has exited. It is not an error if the child
     * does not read all of its input.
     *
     * @param input the bytes for standard input, which must be a pipe unless there are none; or
     *     null
     * @throws IOException if reading failed
     */
    public Output communicate(byte @Nullable [] input) throws IOException {
        send(input);
        protocol.awaitEverything();
        return output(false);
    }

    /**
     * As {@link #communicate(byte[])}, but if {@code timeout} passes first, returns what has
     * arrived so far. The child keeps running; a further call continues where this one ended.
     */
    public Output communicate(byte @Nullable [] input, Duration timeout) throws IOException {
        send(input);
        boolean timedOut = false;
        try (var deadline = Timeout.after(timeout)) {
            deadline.call(() -> {
                protocol.awaitEverything();
                return null;
            });
        } catch (TimeoutException e) {
            timedOut = true;
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
        return output(timedOut);
    }

    private void send(byte @Nullable [] input) {
        StreamProtocol stream = protocol.stream(0);
        if (stream == null) {
            if (input != null && input.length > 0) {
                throw noPipe("stdin");
            }
            return;
        }
        if (input != null) {
            stream.writer().write(input);
        }
        stream.writer().close();
    }

    private Output output(boolean timedOut) throws IOException {
        return new Output(collected(1), collected(2), timedOut, exitStatus());
    }

    private byte[] collected(int fd) throws IOException {
        StreamProtocol stream = protocol.stream(fd);
        if (stream == null) {
            return new byte[0];
        }
        StreamReader reader = stream.reader();
        if (reader.exception() != null) {
            // Throws it.
            return reader.readAll();
        }
        return reader.readAvailable();
    }

    /**
     * Sends a signal to the child.
     *
     * @param signal a name, such as {@code TERM} or {@code SIGTERM}
     * @throws io.asyncio4j.NoSuchProcessException if the child is known to be gone
     */
    public void sendSignal(String signal) throws IOException {
        transport.sendSignal(signal);
    }

    /**
     * As {@link #sendSignal(String)}, by number.
     *
     * @param signal the platform's number, as in {@link ExitStatus.Signaled}; 0 only checks that
     *     the child exists
     * @throws IllegalArgumentException if there is no signal with that number
     */
    public void sendSignal(int signal) throws IOException {
        transport.sendSignal(signal);
    }

    /** Sends SIGTERM; see {@link #sendSignal(String)}. */
    public void terminate() throws IOException {
        transport.terminate();
    }

    /** Sends SIGKILL; see {@link #sendSignal(String)}. */
    public void kill() throws IOException {
        transport.kill();
    }

    /**
     * Sends a signal to every process of the group that the child leads, also after the child
     * itself has exited. Never reaches another group that was given the same number later.
     *
     * @param signal a name, such as {@code TERM} or {@code SIGTERM}
     * @throws io.asyncio4j.NoSuchProcessException if no member is left
     * @throws IllegalStateException if the child was not started with {@code processGroup(0)},
     *     {@code newSession(true)} or a pseudo-terminal
     */
    public void signalGroup(String signal) throws IOException {
        transport.getGroup().signal(signal);
    }

    /**
     * As {@link #signalGroup(String)}, by number.
     *
     * @param signal the platform's number; 0 only checks that there are members
     * @throws IllegalArgumentException if there is no signal with that number
     */
    public void signalGroup(int signal) throws IOException {
        transport.getGroup().signal(signal);
    }

    /**
     * Sends SIGKILL to the group; a no-op if no member is left. See {@link #signalGroup(String)}.
     */
    public void killGroup() throws IOException {
        transport.getGroup().kill();
    }

    /**
     * Ends the group that the child leads: sends SIGTERM to all members, and SIGKILL to those that
     * are left after {@code grace}. Returns when the child has exited and no member is left. If the
     * task is cancelled while it waits, the group is killed at once.
     *
     * @return how the child ended
     * @throws IllegalStateException if the child does not lead a group; see {@link
     *     #signalGroup(String)}
     */
    public ExitStatus terminateGroup(Duration grace) throws IOException {
        ProcessGroup group = transport.getGroup();
        try {
            IoFutures.await(group.terminate(grace));
        } catch (CancellationException e) {
            try {
                group.kill();
            } catch (IOException notPermitted) {
                e.addSuppressed(notPermitted);
            }
            throw e;
        }
        return waitFor();
    }

    /**
     * Kills the child if it is still running, and closes the pipes. A task of the loop waits until
     * the child has exited, even if cancelled meanwhile. Such a cancellation is delivered at the
     * task's next await, so that it is not lost if the {@code try} block has failed. Idempotent.
     */
    @Override
    public void close() {
        Task<?> task = Task.current();
        if (task == null || task.loop() != protocol.loop) {
            transport.close();
            return;
        }
        CancellationException cancellation = end(transport, protocol);
        if (cancellation != null) {
            // Thrown from here, it would only be a suppressed exception of what the block has
            // thrown.
            task.cancel(cancellation.getMessage());
            task.uncancel();
        }
    }

    @Override
    public String toString() {
        ExitStatus status = exitStatus();
        return "<ChildProcess " + pid() + " " + (status == null ? "running" : status) + ">";
    }
}

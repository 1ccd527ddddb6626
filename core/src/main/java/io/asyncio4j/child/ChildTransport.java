package io.asyncio4j.child;

import io.asyncio4j.EventLoop;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.io.Engine;
import io.asyncio4j.io.Pipes;
import io.asyncio4j.io.StreamTransport;
import io.asyncio4j.os.Pty;
import io.asyncio4j.os.SignalNames;
import io.asyncio4j.os.Unreachable;
import io.asyncio4j.spi.LoopContext;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.subprocess.ProcessGroup;
import io.asyncio4j.subprocess.Stdio;
import io.asyncio4j.subprocess.SubprocessProtocol;
import io.asyncio4j.subprocess.SubprocessTransport;
import io.asyncio4j.transport.BaseProtocol;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.transport.Pipe;
import io.asyncio4j.transport.Protocol;
import io.asyncio4j.transport.WriteTransport;
import io.asyncio4j.warning.ResourceWarning;
import io.asyncio4j.warning.Warnings;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A running child: combines the events of its pipes with the exit, which another thread may report,
 * into one sequence of calls to its protocol.
 *
 * <pre>
 *   connectionMade --> pipeDataReceived* --> pipeConnectionLost, of each pipe --+
 *               \----> processExited -------------------------------------------+--> connectionLost
 * </pre>
 */
final class ChildTransport implements SubprocessTransport {
    private static final System.Logger LOGGER = System.getLogger("io.asyncio4j");

    private final EventLoop loop;
    private final StartedChild child;
    private final long pid;
    private final @Nullable ChildGroup group;
    private SubprocessProtocol protocol;
    private final @Nullable BaseTransport[] pipes = new @Nullable BaseTransport[3];
    private final List<Runnable> exitListeners = new ArrayList<>(1);
    private @Nullable String place;
    private final Runnable atLoopClose = this::loopCloses;
    private int openPipes;
    private @Nullable ExitStatus status;
    private @Nullable ExitStatus early;
    private boolean connected;
    private boolean closed;
    private boolean finished;
    private @Nullable LastLook lastLook;

    ChildTransport(EventLoop loop, SubprocessProtocol protocol, StartedChild child) {
        this.loop = loop;
        this.protocol = protocol;
        this.child = child;
        this.pid = child.pid();
        this.group = child.group(loop);
    }

    // Connecting

    /** Takes over the pipes of the child, and calls {@code connectionMade}. */
    void connect(Engine engine) throws IOException {
        var readers = new ArrayList<StreamTransport>(2);
        for (int stream = 0; stream < 3; stream++) {
            Pipe end = child.pipe(stream);
            if (end == null) {
                continue;
            }
            var pipe = new PipeProtocol(stream);
            openPipes++;
            if (stream == 0) {
                // Registered before the pipe's own close callback, so that the child is killed
                // first.
                loop.addCloseCallback(atLoopClose);
                WriteTransport writer = Pipes.openWrite(loop, engine, pipe, end);
                pipes[stream] = child.terminal() == null ? writer : new TerminalInput(writer);
            } else {
                StreamTransport.Receiving reader = Pipes.openRead(loop, engine, pipe, end);
                pipes[stream] = reader;
                readers.add(reader);
            }
            // Only now: if opening the transport fails, the child still has the pipe to close.
            child.pipeTaken(stream);
        }
        protocol.connectionMade(this);
        connected = true;
        for (StreamTransport reader : readers) {
            reader.startReading();
        }
        if (early != null) {
            ExitStatus exit = early;
            loop.callSoon(() -> hasExited(exit));
        }
    }

    /**
     * Reports the child as unclosed if it is neither closed nor finished when the loop is closed.
     */
    void reportUnclosedFrom(String startedAt) {
        place = startedAt;
        loop.addCloseCallback(atLoopClose);
    }

    @Override
    public void reportUnclosed(Object user) {
        // Weak, because the loop may refer to the user, which would then never become unreachable.
        var self = new WeakReference<>(this);
        Unreachable.then(
                user,
                () -> {
                    ChildTransport transport = self.get();
                    if (transport != null) {
                        transport.reportSoon();
                    }
                });
    }

    private void reportSoon() {
        try {
            loop.callSoonThreadsafe(this::reportUnclosed);
        } catch (IllegalStateException loopIsClosed) {
            // The closing of the loop has reported it.
        }
    }

    /**
     * Kills a child whose input is incomplete: it would mistake the pipe's end for the input's end.
     */
    private void loopCloses() {
        boolean ended = closed || status != null || early != null;
        if (!ended && pipes[0] instanceof WriteTransport input && !isComplete(input)) {
            killNow();
        }
        reportUnclosed();
    }

    private static boolean isComplete(WriteTransport input) {
        return input.isClosing() && input.getWriteBufferSize() == 0;
    }

    private void reportUnclosed() {
        if (!closed && !finished && place != null) {
            Warnings.warn(
                    ResourceWarning.class, "Unclosed process " + this + ", started at " + place);
            place = null;
        }
    }

    /** Reports the exit; called by whatever watches the child, in any thread. */
    void exited(ExitStatus exit) {
        LoopContext context = LoopContext.current();
        if (context != null && context.loop() == loop) {
            hasExited(exit);
            return;
        }
        // If the loop is closed before the callback runs, exactly one of the two reports the exit.
        var unreported = new AtomicBoolean(true);
        Runnable loopClosed =
                () -> {
                    if (unreported.compareAndSet(true, false)) {
                        LOGGER.log(
                                Level.WARNING,
                                "Loop " + loop + " that handles pid " + pid + " is closed");
                    }
                };
        try {
            loop.addCloseCallback(loopClosed);
            loop.callSoonThreadsafe(() -> {
                unreported.set(false);
                loop.removeCloseCallback(loopClosed);
                hasExited(exit);
            });
        } catch (IllegalStateException loopIsClosed) {
            loopClosed.run();
        }
    }

    private void hasExited(ExitStatus exit) {
        if (status != null) {
            return;
        }
        if (!connected && !closed) {
            early = exit;
            return;
        }
        status = exit;
        for (Runnable listener : exitListeners) {
            listener.run();
        }
        exitListeners.clear();
        if (group != null) {
            group.leaderExited();
        }
        if (lastLook != null) {
            lastLook.cancel();
        }
        if (!child.inputTellsHangUp() && pipes[0] != null) {
            // What is still queued fails by itself, if nobody reads it.
            pipes[0].close();
        }
        try {
            if (connected) {
                tell("processExited", protocol::processExited);
            }
        } finally {
            finishWhenOver();
        }
    }

    /**
     * Calls {@code listener} in the turn in which the exit becomes known; at once if it is known.
     */
    void onExit(Runnable listener) {
        if (status != null) {
            listener.run();
        } else {
            exitListeners.add(listener);
        }
    }

    private void finishWhenOver() {
        if (status != null && openPipes == 0 && !finished) {
            finished = true;
            loop.removeCloseCallback(atLoopClose);
            if (connected) {
                loop.callSoon(() -> protocol.connectionLost(null));
            }
        }
    }

    private void tell(String event, Runnable call) {
        try {
            call.run();
        } catch (Throwable e) {
            if (ExceptionContext.mustPropagate(e)) {
                throw e;
            }
            loop.callExceptionHandler(
                    new ExceptionContext("Protocol failed in " + event, e)
                            .with("transport", this)
                            .with("protocol", protocol));
        }
    }

    /** Passes the events of one pipe on to the child's protocol. */
    private final class PipeProtocol implements Protocol {
        private final int stream;

        PipeProtocol(int stream) {
            this.stream = stream;
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            protocol.pipeDataReceived(stream, data);
        }

        @Override
        public void pauseWriting() {
            protocol.pauseWriting();
        }

        @Override
        public void resumeWriting() {
            protocol.resumeWriting();
        }

        @Override
        public void connectionLost(@Nullable Exception cause) {
            openPipes--;
            if (stream == 1 && pipes[0] instanceof TerminalInput input) {
                // No process has the terminal open any more.
                input.abort();
            }
            try {
                if (connected) {
                    tell("pipeConnectionLost", () -> protocol.pipeConnectionLost(stream, cause));
                }
            } finally {
                finishWhenOver();
            }
        }
    }

    // Called by users

    @Override
    public long getPid() {
        return pid;
    }

    @Override
    public @Nullable Integer getReturncode() {
        return status == null ? null : status.returncode();
    }

    @Override
    public @Nullable ExitStatus getExitStatus() {
        return status;
    }

    @Override
    public @Nullable ExitStatus peekExitStatus() {
        if (status != null) {
            return status;
        }
        return early != null ? early : child.peek();
    }

    @Override
    public @Nullable BaseTransport getPipeTransport(int fd) {
        return pipes[Objects.checkIndex(fd, 3)];
    }

    @Override
    public void sendSignal(String signal) throws IOException {
        send(SignalNames.number(signal), signal);
    }

    @Override
    public void sendSignal(int signal) throws IOException {
        send(SignalNames.requireSendable(signal), SignalNames.describe(signal));
    }

    private void send(int number, String signal) throws IOException {
        if (status != null) {
            throw new NoSuchProcessException(
                    "Process " + pid + " is gone, " + status + ": cannot send " + signal);
        }
        child.signal(number);
    }

    @Override
    public ProcessGroup getGroup() {
        if (group == null) {
            throw new IllegalStateException(
                    "Process "
                            + pid
                            + " does not lead a process group; start it with .processGroup(0)");
        }
        return group;
    }

    @Override
    public void setWindowSize(int rows, int columns) throws IOException {
        var size = new Stdio.Terminal(rows, columns);
        Pty terminal = child.terminal();
        BaseTransport output = pipes[1];
        if (terminal == null || output == null) {
            throw new IllegalStateException(
                    "Process "
                            + pid
                            + " is not on a terminal; start it with .streams(Stdio.pty())");
        }
        if (output.isClosing()) {
            throw new IllegalStateException("The terminal of process " + pid + " is closed");
        }
        terminal.resize(size.rows(), size.columns());
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        loop.removeCloseCallback(atLoopClose);
        if (early != null && !connected) {
            // Reported while it was registered, and now it will not be connected any more.
            hasExited(early);
        }
        if (status == null && early == null) {
            killNow();
        }
        // Not before: an end of its input is what a program takes for the whole of it.
        for (BaseTransport pipe : pipes) {
            if (pipe instanceof WriteTransport writer) {
                // Its reader is gone, or about to be.
                writer.abort();
            } else if (pipe != null) {
                pipe.close();
            }
        }
        if (status == null && early == null && !loop.isClosed()) {
            lastLook = child.lastLook(loop, this::hasExited);
        }
    }

    private void killNow() {
        try {
            kill();
        } catch (NoSuchProcessException e) {
            // It was faster.
        } catch (IOException e) {
            loop.callExceptionHandler(
                    new ExceptionContext("Cannot kill process " + pid, e).with("transport", this));
        }
    }

    @Override
    public boolean isClosing() {
        return closed;
    }

    @Override
    public BaseProtocol getProtocol() {
        return protocol;
    }

    @Override
    public void setProtocol(BaseProtocol newProtocol) {
        if (!(newProtocol instanceof SubprocessProtocol subprocess)) {
            throw new IllegalArgumentException(
                    newProtocol + " is not a " + SubprocessProtocol.class.getName());
        }
        protocol = subprocess;
    }

    @Override
    public @Nullable Object getExtraInfo(String name) {
        return name.equals("subprocess") ? this : null;
    }

    @Override
    public String toString() {
        return "<SubprocessTransport pid="
                + pid
                + " "
                + (status == null ? "running" : status)
                + (closed ? " closed" : "")
                + ">";
    }
}

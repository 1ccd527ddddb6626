package io.asyncio4j.child;

import io.asyncio4j.EventLoop;
import io.asyncio4j.NoSuchProcessException;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.Pty;
import io.asyncio4j.os.SignalNames;
import io.asyncio4j.reap.Reaper;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.subprocess.Stdio;
import io.asyncio4j.transport.Pipe;
import java.io.IOException;
import java.nio.channels.Channel;
import java.util.List;
import java.util.function.Consumer;

/**
 * A child that {@code java.lang.ProcessBuilder} has started. The JDK reaps it; nothing here waits
 * for its pid.
 *
 * <p>Its exit status is what {@link Process#exitValue()} returns. On Unix that is 128 plus the
 * number of the signal that has ended the child, which cannot be told from a child that has exited
 * with that number itself. The resources that it has used are not known.
 *
 * <p>When it has exited, the JDK on Unix reads what its pipes hold and closes them: what processes
 * that it has left behind write later is lost, and its input tells of nothing any more.
 */
final class ProcessChild implements StartedChild {
    private static final int KILL = SignalNames.number("KILL");
    private static final int TERM = SignalNames.number("TERM");

    private final Process process;
    private final @Nullable Pipe[] pipes = new @Nullable Pipe[3];

    ProcessChild(Process process, Command command) {
        this.process = process;
        List<Stdio> streams = List.of(command.stdin(), command.stdout(), command.stderr());
        for (int stream = 0; stream < 3; stream++) {
            if (streams.get(stream) == Stdio.PIPE) {
                pipes[stream] = new Pipe(channel(stream));
            }
        }
    }

    private Channel channel(int stream) {
        return switch (stream) {
            case 0 -> new ProcessInput(process.getOutputStream());
            case 1 -> new ProcessOutput(process.getInputStream());
            default -> new ProcessOutput(process.getErrorStream());
        };
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public @Nullable Pipe pipe(int stream) {
        return pipes[stream];
    }

    @Override
    public void pipeTaken(int stream) {
        pipes[stream] = null;
    }

    @Override
    public void closePipes() {
        for (int stream = 0; stream < 3; stream++) {
            Pipe pipe = pipes[stream];
            pipes[stream] = null;
            if (pipe != null && pipe.channel() != null) {
                try {
                    pipe.channel().close();
                } catch (IOException e) {
                    // Nothing was written.
                }
            }
        }
    }

    @Override
    public boolean inputTellsHangUp() {
        return false;
    }

    /** Calls {@code exited} when the child has exited, in a thread of the JDK's common pool. */
    void watch(Consumer<ExitStatus> exited) {
        process.onExit().thenAccept(ended -> exited.accept(Reaper.told(ended)));
    }

    private ExitStatus status() {
        return new ExitStatus.Exited(process.exitValue(), null);
    }

    @Override
    public void signal(int signal) throws IOException {
        String name = signal == 0 ? "signal 0" : SignalNames.describe(signal);
        if (!process.isAlive()) {
            throw new NoSuchProcessException(
                    "Process " + pid() + " is gone, " + status() + ": cannot send " + name);
        }
        // Not by the Process, which would also close the pipes.
        if (signal == KILL) {
            process.toHandle().destroyForcibly();
        } else if (signal == TERM) {
            process.toHandle().destroy();
        } else if (signal != 0) {
            throw new UnsupportedOperationException(
                    name
                            + " cannot be sent to process "
                            + pid()
                            + ", which java.lang.ProcessBuilder has started: use terminate() or"
                            + " kill(), or "
                            + ProcessStart.OTHER_LOOPS);
        }
    }

    @Override
    public @Nullable ExitStatus peek() {
        return process.isAlive() ? null : status();
    }

    @Override
    public @Nullable LastLook lastLook(EventLoop loop, Consumer<ExitStatus> ended) {
        return null;
    }

    @Override
    public @Nullable ChildGroup group(EventLoop loop) {
        return null;
    }

    @Override
    public @Nullable Pty terminal() {
        return null;
    }

    @Override
    public void kill() {
        process.toHandle().destroyForcibly();
    }

    @Override
    public void killAndReap() {
        kill();
        boolean interrupted = false;
        while (process.isAlive()) {
            try {
                process.waitFor();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}

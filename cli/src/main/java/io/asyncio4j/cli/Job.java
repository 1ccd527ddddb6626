package io.asyncio4j.cli;

import io.asyncio4j.EventLoop;
import io.asyncio4j.Future;
import io.asyncio4j.TimerHandle;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.subprocess.Command;
import io.asyncio4j.subprocess.ExitStatus;
import io.asyncio4j.subprocess.ProcessGroup;
import io.asyncio4j.subprocess.Stdio;
import io.asyncio4j.subprocess.SubprocessProtocol;
import io.asyncio4j.subprocess.SubprocessTransport;
import io.asyncio4j.transport.BaseTransport;
import io.asyncio4j.transport.ReadTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/**
 * One job: a shell in its own session and process group, and its output.
 *
 * <pre>
 *   running --shell exits--> ending its group --group gone--> draining --output written--> done
 *      |                                                        |
 *      +-- time is up, or stopped: group terminated             +-- pipe held from outside: closed
 * </pre>
 *
 * <p>A job is over when its group is empty: processes that its shell leaves in the background are
 * ended with it. A process that has left the group, as a daemon does, continues, and its pipe to
 * the tool is closed.
 *
 * <p>Used on the loop only, except {@link #killFromAnyThread}.
 */
final class Job implements SubprocessProtocol {
    private static final Duration QUIET = Duration.ofMillis(50);
    private static final int MOST_QUIET_CHECKS = 20;

    private final EventLoop loop;
    private final int number;
    private final Duration grace;
    private final @Nullable Duration timeout;
    private final Outputs outputs;
    private final LineStream stdout;
    private final LineStream stderr;
    private final Future<@Nullable ExitStatus> over;

    private final Instant started = Instant.now();
    private final long startedNanos;
    private volatile long pid;
    private @Nullable SubprocessTransport transport;
    private @Nullable ProcessGroup group;
    private @Nullable TimerHandle timer;
    private Duration elapsed = Duration.ZERO;
    private boolean groupGone;
    private boolean timedOut;
    private boolean dataSinceCheck;
    private boolean stopped;

    /** What a job needs from its run. */
    interface Outputs {
        LineStream stream(int fd, int job, Runnable onDone);

        /** Returns whether the output seems to have no reader any more. */
        boolean areStuck();
    }

    Job(EventLoop loop, int number, @Nullable Duration timeout, Duration grace, Outputs outputs) {
        this.loop = loop;
        this.number = number;
        this.timeout = timeout;
        this.grace = grace;
        this.over = loop.createFuture();
        this.outputs = outputs;
        this.stdout = outputs.stream(1, number, this::finishWhenOver);
        this.stderr = outputs.stream(2, number, this::finishWhenOver);
        this.startedNanos = loop.time();
    }

    /** Returns the command that runs {@code line}. */
    static Command command(String line) {
        boolean looksLikeOption = line.startsWith("-") || line.startsWith("+");
        Command shell =
                looksLikeOption
                        ? Command.exec("/bin/sh", "-c", "--", line)
                        : Command.exec("/bin/sh", "-c", line);
        // Without a terminal: a job in a background group that reads from the terminal, to ask for
        // a password say, would be stopped, and nothing would make it continue.
        return shell.stdin(Stdio.DEVNULL).stdout(Stdio.PIPE).stderr(Stdio.PIPE).newSession(true);
    }

    int number() {
        return number;
    }

    /** Returns the future that is done when no process of the job is left. */
    Future<@Nullable ExitStatus> over() {
        return over;
    }

    /** Returns the result; meaningful once the job is over, or could not be started. */
    JobResult result(OwnMemory memory) {
        SubprocessTransport child = transport;
        ExitStatus status = child == null ? null : child.getExitStatus();
        boolean bound =
                status != null
                        && status.usage() != null
                        && memory.mayBeOurs(status.usage().maxRssKiB());
        return new JobResult(number, pid, status, timedOut, started, elapsed, bound);
    }

    /** Returns whether its shell is running, rather than waiting for a process or for input. */
    boolean isBusy() {
        try {
            String stat =
                    Files.readString(
                            Path.of("/proc", Long.toString(pid), "stat"),
                            StandardCharsets.ISO_8859_1);
            // After the name in parentheses, which may contain any characters.
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state == 'R' || state == 'D';
        } catch (IOException e) {
            return false;
        }
    }

    /** Terminates its group, and kills it after the grace; output without a reader is dropped. */
    void stop() {
        stopped = true;
        terminate(() -> {});
    }

    /** Kills its shell's group, from any thread; a no-op once the shell was reaped. */
    void killFromAnyThread() {
        if (pid != 0) {
            Native.killGroup(pid);
        }
    }

    /** Kills it at once. */
    void kill() {
        stopped = true;
        if (group != null) {
            try {
                group.kill();
            } catch (IOException e) {
                // Only members of another user are left (EPERM), which cannot be signalled.
            }
        }
    }

    /** Calls {@code whenGone} when no member is left, or only members of another user. */
    private void terminate(Runnable whenGone) {
        if (group != null) {
            group.terminate(grace)
                    .addDoneCallback(end -> {
                        // Retrieved, or it would be logged.
                        var _ = end.exception();
                        whenGone.run();
                    });
        }
    }

    private void timeOut() {
        timer = null;
        if (transport != null && group != null && transport.getReturncode() == null) {
            timedOut = true;
            terminate(() -> {});
        }
    }

    @Override
    public void connectionMade(BaseTransport made) {
        var child = (SubprocessTransport) made;
        transport = child;
        pid = child.getPid();
        group = child.getGroup();
        stdout.setFlow(flow(child.getStdout()));
        stderr.setFlow(flow(child.getStderr()));
        if (timeout != null) {
            timer = loop.callLater(timeout, this::timeOut);
        }
    }

    private static LineStream.Flow flow(@Nullable ReadTransport pipe) {
        Objects.requireNonNull(pipe, "a job's output is a pipe");
        return new LineStream.Flow() {
            @Override
            public void pause() {
                pipe.pauseReading();
            }

            @Override
            public void resume() {
                pipe.resumeReading();
            }
        };
    }

    @Override
    public void pipeDataReceived(int fd, ByteBuffer data) {
        dataSinceCheck = true;
        stream(fd).received(data);
    }

    @Override
    public void pipeConnectionLost(int fd, @Nullable Exception cause) {
        stream(fd).end();
    }

    private LineStream stream(int fd) {
        return fd == 1 ? stdout : stderr;
    }

    @Override
    public void processExited() {
        elapsed = Duration.ofNanos(loop.time() - startedNanos);
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
        terminate(this::groupEnded);
    }

    private void groupEnded() {
        groupGone = true;
        if (!isDrained()) {
            dataSinceCheck = false;
            loop.callLater(QUIET, () -> closeWhenQuiet(1));
        }
        finishWhenOver();
    }

    /** The pipes may still hold output of the group; other processes may hold their ends open. */
    private void closeWhenQuiet(int checks) {
        if (isDrained()) {
            return;
        }
        boolean givenUp = stopped && outputs.areStuck();
        boolean paused = !givenUp && (stdout.isPaused() || stderr.isPaused());
        boolean quiet = !dataSinceCheck || checks >= MOST_QUIET_CHECKS;
        dataSinceCheck = false;
        if (!paused && quiet && transport != null) {
            transport.close();
            return;
        }
        loop.callLater(QUIET, () -> closeWhenQuiet(paused ? checks : checks + 1));
    }

    private boolean isDrained() {
        return stdout.isDone() && stderr.isDone();
    }

    private void finishWhenOver() {
        if (groupGone && isDrained() && transport != null && !over.isDone()) {
            transport.close();
            over.setResult(transport.getExitStatus());
        }
    }
}

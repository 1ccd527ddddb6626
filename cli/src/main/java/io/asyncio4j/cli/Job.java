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
 * One job: a shell in a session and process group of its own, and what it writes.
 *
 * <pre>
 *   running --shell exits--> ending its group --group gone--> draining --output written--> done
 *      |                                                        |
 *      +-- time is up, or stopped: group terminated             +-- pipe held by a stranger: closed
 * </pre>
 *
 * <p>A job is over when its group is: what its shell leaves in the background ends with it. A
 * process that has left the group, as a daemon does, is let go, its pipe to us closed.
 *
 * <p>Belongs to the loop, but for {@link #killFromAnyThread}.
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

    /** What a job needs from the run that it is a part of. */
    interface Outputs {
        LineStream stream(int fd, int job, Runnable onDone);

        /** Returns whether nobody seems to read any more what was written. */
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

    /** Returns how the library is asked to start {@code line}. */
    static Command command(String line) {
        boolean looksLikeOption = line.startsWith("-") || line.startsWith("+");
        Command shell =
                looksLikeOption
                        ? Command.exec("/bin/sh", "-c", "--", line)
                        : Command.exec("/bin/sh", "-c", line);
        // Without a terminal: in a group that is not the terminal's foreground one, a job that
        // reads it, to ask for a password say, would be stopped, and nobody would tell it to go on.
        return shell.stdin(Stdio.DEVNULL).stdout(Stdio.PIPE).stderr(Stdio.PIPE).newSession(true);
    }

    int number() {
        return number;
    }

    /** Returns the future that is done when nothing of the job is left. */
    Future<@Nullable ExitStatus> over() {
        return over;
    }

    /** Returns what has become of it; meaningful once it is over, or could not be started. */
    JobResult result(OwnMemory memory) {
        SubprocessTransport child = transport;
        ExitStatus status = child == null ? null : child.getExitStatus();
        boolean bound =
                status != null
                        && status.usage() != null
                        && memory.mayBeOurs(status.usage().maxRssKiB());
        return new JobResult(number, pid, status, timedOut, started, elapsed, bound);
    }

    /** Returns whether its shell computes, and does not wait for a process or for input. */
    boolean isBusy() {
        try {
            String stat =
                    Files.readString(
                            Path.of("/proc", Long.toString(pid), "stat"),
                            StandardCharsets.ISO_8859_1);
            // Behind the name in parentheses, which may contain anything.
            char state = stat.charAt(stat.lastIndexOf(')') + 2);
            return state == 'R' || state == 'D';
        } catch (IOException e) {
            return false;
        }
    }

    /** Asks it to end, and makes it after the grace; output that nobody takes is given up. */
    void stop() {
        stopped = true;
        terminate(() -> {});
    }

    /** Kills its shell's group, from whatever thread; what the shell has left there survives. */
    void killFromAnyThread() {
        if (pid != 0) {
            Native.killGroup(pid);
        }
    }

    /** Ends it at once. */
    void kill() {
        stopped = true;
        if (group != null) {
            try {
                group.kill();
            } catch (IOException e) {
                // Only members of another user are left (EPERM): out of reach.
            }
        }
    }

    /** Calls {@code whenGone} when nobody is left, or only members of another user. */
    private void terminate(Runnable whenGone) {
        if (group != null) {
            group.terminate(grace)
                    .addDoneCallback(end -> {
                        // Asked for, or it would be reported.
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

    /** What the group has written is still in the pipes; their ends may be held by others. */
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

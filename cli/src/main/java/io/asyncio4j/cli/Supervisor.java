package io.asyncio4j.cli;

import io.asyncio4j.EventLoop;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.Future;
import io.asyncio4j.TimerHandle;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.subprocess.SubprocessTransport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Runs the jobs: starts one whenever there is room, until none is left or the run is stopped.
 *
 * <pre>
 *   backlog --start--> running --over--> result, room for the next
 *      ^                 |
 *      +-- no resources -+   until another is over; a failure for one that was alone
 * </pre>
 *
 * <p>Used on the loop only, except the constructor, {@link #signalled}, {@link #killAll} and {@link
 * #exitCode()}.
 */
final class Supervisor {
    private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(200);
    private static final List<String> STOP_SIGNALS = List.of("INT", "TERM", "HUP");

    private static final int OUT_OF_COUNT = 101;
    private static final int INTERNAL_ERROR = 125;
    private static final int INTERRUPTED = 130;
    private static final int BROKEN_PIPE = 141;

    private final EventLoop loop;
    private final RunOptions options;
    private final Outputs outputs;
    private final OwnMemory memory = new OwnMemory();
    private final Backlog backlog;
    private final Room room;
    private final List<JobResult> results = new ArrayList<>();
    private final Future<@Nullable Void> finished;
    private final long startedNanos;
    private int starting;
    private int failed;
    private @Nullable TimerHandle progressTimer;

    // Includes those that are being started. Changed by the loop, read by signal threads.
    private final Set<Job> running = ConcurrentHashMap.newKeySet();

    // Why the run ends early; the later reasons take precedence in the exit status. The first two
    // are set by signal threads.
    private volatile boolean interrupted;
    private volatile boolean killing;
    private boolean stopping;
    private boolean brokenPipe;
    private @Nullable String error;

    Supervisor(EventLoop loop, RunOptions options, Outputs outputs) {
        this.loop = loop;
        this.options = options;
        this.outputs = outputs;
        this.backlog = new Backlog(options.jobs().size());
        this.finished = loop.createFuture();
        this.startedNanos = loop.time();
        int atOnce = Math.min(options.parallel(), options.jobs().size());
        this.room = new Room(loop, atOnce, () -> guarded(this::startJobs), outputs::say);
        outputs.onFailure(this::cannotWrite);
    }

    /** Runs all jobs; called in a task. */
    void run() {
        loop.setExceptionHandler((failing, context) -> failedInternally(context));
        var handled = new ArrayList<Native.Handled>();
        for (String signal : STOP_SIGNALS) {
            if (!signal.equals("HUP") || !Ignored.hangUp()) {
                handled.add(Native.onSignal(signal, () -> signalled(signal)));
            }
        }
        try {
            showProgress();
            startJobs();
            finished.await();
        } finally {
            // Empty, unless this failed.
            running.forEach(Job::kill);
            room.release();
            if (progressTimer != null) {
                progressTimer.cancel();
            }
            handled.forEach(Native.Handled::close);
        }
        report();
    }

    // Starting

    /** Starts as many jobs as there is room for; called whenever there may be more room. */
    private void startJobs() {
        while (mayStart() && room.isThere(running.size(), starting)) {
            start(backlog.take());
        }
        if (starting == 0) {
            room.release();
        }
        boolean over = isStopping() || backlog.isEmpty();
        if (over && running.isEmpty() && !finished.isDone()) {
            finished.setResult(null);
        }
    }

    private boolean mayStart() {
        return !isStopping() && !backlog.isEmpty() && running.size() < options.parallel();
    }

    /** Checked between any two starts: the loop may handle a signal many starts later. */
    private boolean isStopping() {
        return stopping || interrupted;
    }

    private void start(int number) {
        var job = new Job(loop, number, options.timeout(), options.grace(), outputs);
        boolean alone = room.isAllFor(running.size());
        running.add(job);
        starting++;
        try {
            loop.subprocessExec(() -> job, Job.command(line(job)))
                    .addDoneCallback(start -> guarded(() -> startEnded(job, start, alone)));
        } catch (IllegalArgumentException | OutOfMemoryError e) {
            startFailed(job, e, alone);
        }
    }

    private String line(Job job) {
        return options.jobs().get(job.number() - 1);
    }

    private void startEnded(Job job, Future<SubprocessTransport> start, boolean alone) {
        Throwable failure = start.exception();
        if (failure != null) {
            startFailed(job, failure, alone);
        } else {
            starting--;
            job.over().addDoneCallback(over -> guarded(() -> ended(job)));
            if (isStopping()) {
                end(job);
            }
            room.started(job);
        }
        startJobs();
    }

    private void startFailed(Job job, Throwable failure, boolean alone) {
        starting--;
        running.remove(job);
        if (Native.isShortage(failure)) {
            if (!alone) {
                backlog.giveBack(job.number());
                room.lacked(job, failure, !running.isEmpty());
                return;
            }
        } else if (!(failure instanceof IOException)
                && !(failure instanceof IllegalArgumentException)) {
            failWith(failure);
            return;
        }
        outputs.say("job " + job.number() + " cannot be started: " + failure.getMessage());
        record(job);
    }

    private void ended(Job job) {
        running.remove(job);
        record(job);
        room.jobEnded();
        startJobs();
    }

    private void record(Job job) {
        JobResult result = job.result(memory);
        results.add(result);
        outputs.writeJson(result, line(job));
        if (result.isFailure()) {
            failed++;
            if (options.failFast()) {
                stop();
            }
        }
    }

    private void guarded(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            failWith(e);
        }
    }

    /** Makes {@link #run} fail with {@code failure}. */
    private void failWith(Throwable failure) {
        stopping = true;
        if (!finished.isDone()) {
            finished.setException(failure);
        }
    }

    // Ending early

    /** Called in a new thread for each signal, so that two may come at the same time. */
    private synchronized void signalled(String signal) {
        if (interrupted && signal.equals("INT")) {
            if (killing) {
                // The loop has not reacted since the last signal.
                Runtime.getRuntime().halt(INTERRUPTED);
            }
            killAll();
        }
        interrupted = true;
        try {
            loop.callSoonThreadsafe(this::stop);
        } catch (IllegalStateException e) {
            // The loop is closed, and the run is over.
        }
    }

    /** Kills all jobs at once, including those being started; called from any thread. */
    void killAll() {
        killing = true;
        running.forEach(Job::killFromAnyThread);
    }

    private void stop() {
        stopping = true;
        running.forEach(this::end);
        startJobs();
    }

    private void end(Job job) {
        if (killing) {
            job.kill();
        } else {
            job.stop();
        }
    }

    /** Called when a sink can no longer be written. */
    private void cannotWrite(Sink sink) {
        recordFailure(sink);
        stop();
    }

    private void recordFailure(Sink sink) {
        IOException failure = sink.failure();
        if (failure == null) {
            return;
        }
        if (String.valueOf(failure.getMessage()).contains("Broken pipe")) {
            brokenPipe = true;
        } else if (error == null) {
            error = "cannot write " + sink.name() + ": " + failure.getMessage();
        }
    }

    private void failedInternally(ExceptionContext context) {
        Throwable cause = context.exception();
        error = "internal error: " + context.message() + (cause == null ? "" : ": " + cause);
        stop();
    }

    // Results

    private void showProgress() {
        if (!outputs.showsProgress()) {
            return;
        }
        outputs.setStatus(
                Progress.line(
                        results.size(), options.jobs().size(), running.size(), failed, elapsed()));
        progressTimer = loop.callLater(PROGRESS_INTERVAL, this::showProgress);
    }

    private void report() {
        if (brokenPipe) {
            return;
        }
        var text = new StringBuilder();
        for (String line : ResultTable.lines(results)) {
            text.append(line).append('\n');
        }
        text.append(ResultTable.summary(options.jobs().size(), results, elapsed())).append('\n');
        outputs.finish(text.toString().getBytes(StandardCharsets.UTF_8));
    }

    private Duration elapsed() {
        return Duration.ofNanos(loop.time() - startedNanos);
    }

    boolean wasInterrupted() {
        return interrupted;
    }

    /** Returns what went wrong with the run itself, or null. */
    @Nullable
    String error() {
        return error;
    }

    /** Returns the exit status of the tool, after everything has been written. */
    int exitCode() {
        outputs.sinks().forEach(this::recordFailure);
        if (error != null) {
            return INTERNAL_ERROR;
        }
        if (brokenPipe) {
            return BROKEN_PIPE;
        }
        if (interrupted) {
            return INTERRUPTED;
        }
        return failed < OUT_OF_COUNT ? failed : OUT_OF_COUNT;
    }
}

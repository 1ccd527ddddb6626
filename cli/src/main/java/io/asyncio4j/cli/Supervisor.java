package io.asyncio4j.cli;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoop;
import io.asyncio4j.ExceptionContext;
import io.asyncio4j.Future;
import io.asyncio4j.TimerHandle;
import io.asyncio4j.subprocess.SubprocessTransport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Runs the jobs: as many tasks as jobs may run at a time, each of which takes one job after the
 * other.
 *
 * <p>Belongs to the loop, but for the constructor and {@link #exitCode()}.
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
    private final Set<Job> running = new LinkedHashSet<>();
    private final List<JobResult> results = new ArrayList<>();
    private final long startedNanos;
    private int next;
    private int failed;
    private @Nullable TimerHandle progressTimer;

    // Why the run ends early; the later ones make a lower exit status irrelevant.
    private boolean stopping;
    private boolean killing;
    private boolean interrupted;
    private boolean brokenPipe;
    private @Nullable String error;

    Supervisor(EventLoop loop, RunOptions options, Outputs outputs) {
        this.loop = loop;
        this.options = options;
        this.outputs = outputs;
        this.startedNanos = loop.time();
        outputs.onFailure(this::cannotWrite);
    }

    /** Runs all jobs; called in a task. */
    void run() {
        loop.setExceptionHandler((failing, context) -> failedInternally(context));
        var handled = new ArrayList<String>();
        for (String signal : STOP_SIGNALS) {
            if (!signal.equals("HUP") || !Ignored.hangUp()) {
                loop.addSignalHandler(signal, () -> interrupted(signal));
                handled.add(signal);
            }
        }
        try {
            showProgress();
            var workers = new ArrayList<Future<?>>();
            int count = Math.min(options.parallel(), options.jobs().size());
            for (int i = 0; i < count; i++) {
                workers.add(Asyncio.createTask(this::work));
            }
            for (Future<?> worker : workers) {
                worker.await();
            }
        } finally {
            // Empty, unless this failed.
            running.forEach(Job::kill);
            if (progressTimer != null) {
                progressTimer.cancel();
            }
            handled.forEach(loop::removeSignalHandler);
        }
        report();
    }

    private void work() {
        while (!stopping && next < options.jobs().size()) {
            String line = options.jobs().get(next++);
            JobResult result = runJob(next, line);
            results.add(result);
            outputs.writeJson(result, line);
            if (result.isFailure()) {
                failed++;
                if (options.failFast()) {
                    stop();
                }
            }
        }
    }

    private JobResult runJob(int number, String line) {
        var job = new Job(loop, number, options.timeout(), options.grace(), outputs);
        running.add(job);
        try {
            Future<SubprocessTransport> start = start(job, line);
            start.await();
            if (stopping) {
                job.stop();
            }
            if (killing) {
                job.kill();
            }
            job.over().await();
        } catch (IllegalArgumentException e) {
            outputs.say("job " + number + " cannot be started: " + e.getMessage());
        } catch (CompletionException e) {
            if (!(e.getCause() instanceof IOException cause)) {
                throw e;
            }
            outputs.say("job " + number + " cannot be started: " + cause.getMessage());
        } finally {
            running.remove(job);
        }
        return job.result(memory);
    }

    private Future<SubprocessTransport> start(Job job, String line) {
        return loop.subprocessExec(() -> job, Job.command(line));
    }

    // Ending early

    private void interrupted(String signal) {
        boolean again = interrupted && signal.equals("INT");
        interrupted = true;
        stop();
        if (again) {
            killing = true;
            running.forEach(Job::kill);
        }
    }

    /** Called when a sink cannot be written any more. */
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

    private void stop() {
        stopping = true;
        running.forEach(Job::stop);
    }

    // Telling

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
    @Nullable String error() {
        return error;
    }

    /** Returns the exit status of the tool, after all was written. */
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

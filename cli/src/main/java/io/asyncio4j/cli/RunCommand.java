package io.asyncio4j.cli;

import io.asyncio4j.Asyncio;
import io.asyncio4j.EventLoopPolicy;
import io.asyncio4j.Policies;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code run}: from the options to the exit status. */
@Command(
        name = "run",
        description = "Runs each COMMAND as a job, several at a time, and tells what became of it.",
        sortOptions = false,
        separator = " ",
        footer = {
            "",
            "A job is run by /bin/sh -c, in a process group of its own, with the null device as"
                    + " standard input. It is over when its shell has exited; what that leaves in"
                    + " its group is ended with it. A COMMAND that begins with a dash comes after"
                    + " --.",
            "",
            "A DURATION is a number and ms, s, m or h, such as 1.5s; a number alone counts"
                    + " seconds.",
            "",
            "Exit status: the number of failed jobs, at most 100; 101 for more; 125 for wrong"
                    + " usage or an internal error; 130 after an interrupt; 141 if nobody reads"
                    + " the output any more.",
        })
final class RunCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "A command line for /bin/sh.")
    private List<String> commands = List.of();

    @Option(
            names = {"-f", "--file"},
            paramLabel = "FILE",
            description =
                    "Take the jobs from FILE, or from standard input if it is -: one on each line"
                            + " that is neither blank nor begins with #.")
    private @Nullable String file;

    @Option(
            names = {"-j", "--jobs"},
            paramLabel = "N",
            description =
                    "Run at most N jobs at a time; as many as there are processors if not"
                            + " given.")
    private @Nullable String parallel;

    @Option(
            names = "--policy",
            paramLabel = "POLICY",
            description = "What makes the event loop: default, selector, proactor, or a class.")
    private String policy = "default";

    @Option(
            names = "--watcher",
            paramLabel = "WATCHER",
            description =
                    "How exits are learned of: default (the policy's), auto (the best that works),"
                            + " threaded, pidfd, multiloop, safe or fast.")
    private String watcher = "default";

    @Option(
            names = "--timeout",
            paramLabel = "DURATION",
            description = "Stop a job that takes longer.")
    private @Nullable String timeout;

    @Option(
            names = "--grace",
            paramLabel = "DURATION",
            description = "How long after SIGTERM comes SIGKILL; 5s if not given.")
    private String grace = "5s";

    @Option(names = "--fail-fast", description = "Stop all jobs when one fails, and start no more.")
    private boolean failFast;

    @Option(names = "--no-tag", description = "Do not begin lines with the number of their job.")
    private boolean noTag;

    @Option(
            names = "--json",
            paramLabel = "FILE",
            description =
                    "Write each result to FILE as a line of JSON. With - it goes to standard"
                            + " output, and the jobs' output to standard error.")
    private @Nullable String json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    private boolean help;

    @Override
    public Integer call() throws Exception {
        RunOptions options = options();
        String reason = Native.unavailableReason();
        if (reason != null) {
            throw new UsageException("run needs native calls; " + reason);
        }
        Sink jsonFile = options.json() == null ? null : openJson(options.json());
        var policyScope = Policies.where(options.policy());
        return policyScope.call(() -> run(options, jsonFile));
    }

    private RunOptions options() throws UsageException {
        if (file == null && commands.isEmpty()) {
            throw new UsageException("nothing to run; give a COMMAND, or -f FILE");
        }
        if (file != null && !commands.isEmpty()) {
            throw new UsageException(
                    "both -f " + file + " and a COMMAND (" + commands.getFirst() + "); give one");
        }
        int atATime = RunOptions.parseParallel(parallel);
        Duration limit = timeout == null ? null : DurationText.parsePositive("--timeout", timeout);
        Duration graceTime = DurationText.parse("--grace", grace);
        EventLoopPolicy chosenPolicy = Choices.policy(policy, watcher);
        List<String> jobs = file == null ? commands : CommandText.readJobs(file, System.in);
        return new RunOptions(
                jobs, atATime, chosenPolicy, limit, graceTime, failFast, !noTag, json);
    }

    private static @Nullable Sink openJson(String name) throws UsageException {
        if (name.equals("-")) {
            return null;
        }
        try {
            var channel =
                    FileChannel.open(
                            Path.of(name),
                            StandardOpenOption.WRITE,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING);
            return new Sink(name, channel, false);
        } catch (IOException e) {
            throw new UsageException(
                    "--json " + name + ": cannot be written: " + CommandText.reason(e));
        } catch (InvalidPathException e) {
            throw new UsageException("--json " + name + ": not a file name: " + e.getReason());
        }
    }

    /** A run and what it writes to, made on the loop and looked at after it. */
    private static final class Attempt {
        private @Nullable Outputs outputs;
        private @Nullable Supervisor supervisor;
    }

    private static int run(RunOptions options, @Nullable Sink jsonFile) {
        var attempt = new Attempt();
        try {
            Asyncio.run(() -> runJobs(attempt, options, jsonFile));
        } finally {
            if (attempt.outputs != null) {
                boolean hurry = attempt.supervisor != null && attempt.supervisor.wasInterrupted();
                attempt.outputs.close(hurry ? PATIENCE : Duration.ofDays(1));
            }
        }
        Supervisor supervisor = attempt.supervisor;
        if (supervisor == null) {
            throw new IllegalStateException("the run did not begin");
        }
        int status = supervisor.exitCode();
        if (supervisor.error() != null) {
            Main.complain(supervisor.error());
        }
        return status;
    }

    private static void runJobs(Attempt attempt, RunOptions options, @Nullable Sink jsonFile) {
        var loop = Asyncio.getRunningLoop();
        var outputs =
                new Outputs(
                        loop,
                        Sink.standardOutput(),
                        Sink.standardError(),
                        jsonFile,
                        "-".equals(options.json()),
                        options.tags(),
                        Outputs.areOneFile());
        attempt.outputs = outputs;
        var supervisor = new Supervisor(loop, options, outputs);
        attempt.supervisor = supervisor;
        supervisor.run();
    }
}

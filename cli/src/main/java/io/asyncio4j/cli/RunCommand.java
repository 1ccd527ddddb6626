package io.asyncio4j.cli;

import io.asyncio4j.Asyncio;
import io.asyncio4j.Runner;
import io.asyncio4j.VoidCode;
import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.policy.EventLoopPolicy;
import io.asyncio4j.policy.Policies;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/** The command {@code run}: from the options to the exit status. */
final class RunCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final RunSyntax given = new RunSyntax();

    static CommandSpec spec() {
        var command = new RunCommand();
        return command.given.spec(command);
    }

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
        String file = given.file();
        List<String> commands = given.commands();
        if (file == null && commands.isEmpty()) {
            throw new UsageException("nothing to run; give a COMMAND, or -f FILE");
        }
        if (file != null && !commands.isEmpty()) {
            throw new UsageException(
                    "both -f " + file + " and a COMMAND (" + commands.getFirst() + "); give one");
        }
        int atATime = RunOptions.parseParallel(given.parallel());
        String timeout = given.timeout();
        Duration limit = timeout == null ? null : DurationText.parsePositive("--timeout", timeout);
        Duration grace = DurationText.parse("--grace", given.grace());
        EventLoopPolicy policy = Choices.policy(given.policy(), given.watcher());
        List<String> jobs = file == null ? commands : CommandText.readJobs(file, System.in);
        return new RunOptions(
                jobs,
                atATime,
                policy,
                limit,
                grace,
                given.failFast(),
                !given.noTag(),
                given.json());
    }

    private static @Nullable Sink openJson(String name) throws UsageException {
        if (name.equals("-")) {
            return null;
        }
        try {
            return new Sink(name, NamedFile.create(name), false);
        } catch (IOException e) {
            throw new UsageException(
                    "--json " + name + ": cannot be written: " + CommandText.reason(e));
        } catch (InvalidPathException e) {
            throw new UsageException("--json " + name + ": not a file name: " + e.getReason());
        }
    }

    /** A run and its outputs, created on the loop and read after it. */
    private static final class Attempt {
        private @Nullable Outputs outputs;
        private @Nullable Supervisor supervisor;
    }

    private static int run(RunOptions options, @Nullable Sink jsonFile) {
        var attempt = new Attempt();
        try (var runner = new Runner()) {
            runOn(runner, attempt, () -> runJobs(attempt, options, jsonFile));
        } finally {
            if (attempt.outputs != null) {
                boolean hurry = attempt.supervisor != null && attempt.supervisor.wasInterrupted();
                attempt.outputs.close(hurry ? PATIENCE : Duration.ofDays(1));
            }
        }
        Supervisor supervisor = attempt.supervisor;
        if (supervisor == null) {
            throw new IllegalStateException("The run did not begin");
        }
        int status = supervisor.exitCode();
        if (supervisor.error() != null) {
            Main.complain(supervisor.error());
        }
        return status;
    }

    private static void runOn(Runner runner, Attempt attempt, VoidCode<RuntimeException> jobs) {
        try {
            runner.run(jobs);
        } catch (Error e) {
            // The error has ended the loop, and nothing else ends the jobs that it has started.
            if (attempt.supervisor != null) {
                OneLineLoggers.silence();
                attempt.supervisor.killAll();
            }
            throw e;
        }
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

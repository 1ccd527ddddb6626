package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.watcher.Watchers;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The options and arguments of {@code run}, and the values given for them. Declared in code and not
 * by annotations: reading those by reflection takes a tenth of a second of each start.
 */
final class RunSyntax {
    private final PositionalParamSpec commands =
            PositionalParamSpec.builder()
                    .arity("0..*")
                    .paramLabel("COMMAND")
                    .type(List.class)
                    .auxiliaryTypes(String.class)
                    .description("A command line for /bin/sh.")
                    .build();
    private final OptionSpec file =
            option(
                    "FILE",
                    "Read the jobs from FILE, or from standard input if it is -: one per line;"
                            + " blank lines and lines that begin with # are skipped.",
                    "-f",
                    "--file");
    private final OptionSpec parallel =
            option(
                    "N",
                    "Run at most N jobs at a time; by default as many as there are processors.",
                    "-j",
                    "--jobs");
    private final OptionSpec policy =
            option(
                    "POLICY",
                    "The event loop policy: default, selector, proactor, or a class.",
                    "--policy");
    private final OptionSpec watcher =
            option("WATCHER", "How exits are observed: " + watcherNames() + ".", "--watcher");
    private final OptionSpec timeout =
            option("DURATION", "Stop a job that takes longer than this.", "--timeout");
    private final OptionSpec grace =
            option("DURATION", "The time between SIGTERM and SIGKILL; 5s by default.", "--grace");
    private final OptionSpec failFast =
            Syntax.flag("Stop all jobs when one fails, and start no more.", "--fail-fast");
    private final OptionSpec noTag =
            Syntax.flag("Do not begin each line with the number of its job.", "--no-tag");
    private final OptionSpec json =
            option(
                    "FILE",
                    "Write each result to FILE as a line of JSON. With -, write it to standard"
                            + " output, and the jobs' output to standard error. For a command that is"
                            + " not UTF-8, commandBytes has its bytes in base64.",
                    "--json");

    /** Returns the command as the parser sees it. */
    CommandSpec spec(RunCommand command) {
        CommandSpec spec =
                CommandSpec.wrapWithoutInspection(command)
                        .name("run")
                        .addPositional(commands)
                        .addOption(file)
                        .addOption(parallel)
                        .addOption(policy)
                        .addOption(watcher)
                        .addOption(timeout)
                        .addOption(grace)
                        .addOption(failFast)
                        .addOption(noTag)
                        .addOption(json)
                        .addOption(Syntax.help());
        spec.parser().separator(" ");
        spec.usageMessage()
                .description(
                        "Runs each COMMAND as a job, several at a time, and reports the results.")
                .sortOptions(false)
                .footer(
                        "",
                        "A job is run by /bin/sh -c, in its own session and process group,"
                                + " with the null device as standard input and without a terminal:"
                                + " a program that reads from /dev/tty, for a password say, fails."
                                + " When the shell has exited, the processes that it has left in its"
                                + " group are ended. Put a COMMAND that begins with a dash after"
                                + " --.",
                        "",
                        "If descriptors, threads or processes run short, jobs wait until others"
                                + " have ended. A job that cannot be started even alone has failed.",
                        "",
                        "On SIGINT, SIGTERM or SIGHUP no more jobs are started, and running jobs"
                                + " get SIGTERM, and SIGKILL after the grace. A second SIGINT kills"
                                + " them at once; a third ends asyncio4j itself.",
                        "",
                        "A DURATION is a number with ms, s, m or h, such as 1.5s; a number alone"
                                + " means seconds.",
                        "",
                        "Exit status: the number of failed jobs, up to 100; 101 for more; 125 for"
                                + " wrong usage or an internal error; 130 after an interrupt; 141"
                                + " if the output has no reader any more.");
        return spec;
    }

    List<String> commands() {
        List<String> given = commands.getValue();
        return given == null ? List.of() : given;
    }

    @Nullable
    String file() {
        return file.getValue();
    }

    @Nullable
    String parallel() {
        return parallel.getValue();
    }

    String policy() {
        return orElse(policy, "default");
    }

    String watcher() {
        return orElse(watcher, "default");
    }

    @Nullable
    String timeout() {
        return timeout.getValue();
    }

    String grace() {
        return orElse(grace, "5s");
    }

    boolean failFast() {
        return Syntax.isGiven(failFast);
    }

    boolean noTag() {
        return Syntax.isGiven(noTag);
    }

    @Nullable
    String json() {
        return json.getValue();
    }

    private static String watcherNames() {
        return Watchers.names().stream()
                .map(name ->
                        switch (name) {
                            case "default" -> "default (the policy's)";
                            case "auto" -> "auto (the best that works)";
                            default -> Watchers.isDeprecated(name) ? name + " (deprecated)" : name;
                        })
                .collect(Collectors.joining(", "));
    }

    private static String orElse(OptionSpec option, String otherwise) {
        String given = option.getValue();
        return given == null ? otherwise : given;
    }

    private static OptionSpec option(String label, String description, String... names) {
        return OptionSpec.builder(names)
                .paramLabel(label)
                .type(String.class)
                .description(description)
                .build();
    }
}

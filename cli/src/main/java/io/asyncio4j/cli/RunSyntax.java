package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.watcher.Watchers;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The options and arguments of {@code run}, and what was given for them. Declared by code and not
 * by annotations: to read those by reflection takes a tenth of a second of every start.
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
                    "Take the jobs from FILE, or from standard input if it is -: one on each line"
                            + " that is neither blank nor begins with #.",
                    "-f",
                    "--file");
    private final OptionSpec parallel =
            option(
                    "N",
                    "Run at most N jobs at a time; as many as there are processors if not given.",
                    "-j",
                    "--jobs");
    private final OptionSpec policy =
            option(
                    "POLICY",
                    "What makes the event loop: default, selector, proactor, or a class.",
                    "--policy");
    private final OptionSpec watcher =
            option("WATCHER", "How exits are observed: " + watcherNames() + ".", "--watcher");
    private final OptionSpec timeout =
            option("DURATION", "Stop a job that takes longer.", "--timeout");
    private final OptionSpec grace =
            option("DURATION", "How long after SIGTERM comes SIGKILL; 5s if not given.", "--grace");
    private final OptionSpec failFast =
            Syntax.flag("Stop all jobs when one fails, and start no more.", "--fail-fast");
    private final OptionSpec noTag =
            Syntax.flag("Do not begin lines with the number of their job.", "--no-tag");
    private final OptionSpec json =
            option(
                    "FILE",
                    "Write each result to FILE as a line of JSON. With - it goes to standard"
                            + " output, and the jobs' output to standard error. A command that is"
                            + " not UTF-8 is there in base64, too, as commandBytes.",
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
                        "Runs each COMMAND as a job, several at a time, and tells what became of"
                                + " it.")
                .sortOptions(false)
                .footer(
                        "",
                        "A job is run by /bin/sh -c, in a session and process group of its own,"
                                + " with the null device as standard input and without a terminal:"
                                + " what asks at /dev/tty, for a password say, fails. It is over"
                                + " when its shell has exited; what that leaves in its group is"
                                + " ended with it. A COMMAND that begins with a dash comes after"
                                + " --.",
                        "",
                        "If descriptors, threads or processes are short, jobs wait until others"
                                + " have ended. One that cannot be started even alone has failed.",
                        "",
                        "SIGINT, SIGTERM or SIGHUP: no more jobs are started, and those that run"
                                + " get SIGTERM, after the grace SIGKILL. A second SIGINT kills them"
                                + " at once, a third ends asyncio4j itself.",
                        "",
                        "A DURATION is a number and ms, s, m or h, such as 1.5s; a number alone"
                                + " counts seconds.",
                        "",
                        "Exit status: the number of failed jobs, at most 100; 101 for more; 125 for"
                                + " wrong usage or an internal error; 130 after an interrupt; 141"
                                + " if nobody reads the output any more.");
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

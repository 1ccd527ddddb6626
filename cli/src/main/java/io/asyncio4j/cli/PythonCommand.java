package io.asyncio4j.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The command {@code python}, which the launcher starts in place of this tool, since it needs jars
 * that the tool does not have. What is left to do here is to explain it.
 */
final class PythonCommand implements Callable<Integer> {

    static CommandSpec spec() {
        CommandSpec spec =
                CommandSpec.wrapWithoutInspection(new PythonCommand())
                        .name("python")
                        .addOption(Syntax.help())
                        .addPositional(
                                PositionalParamSpec.builder()
                                        .paramLabel("ARGS")
                                        .index("0..*")
                                        .arity("0..*")
                                        .type(String[].class)
                                        .hidden(true)
                                        .build());
        spec.parser().stopAtPositional(true).unmatchedOptionsArePositionalParams(true);
        spec.usageMessage()
                .customSynopsis(
                        "asyncio4j python [--policy POLICY] FILE | -m MODULE | -c CODE [ARGS]")
                .description(
                        "Runs a Python program on GraalPy, with asyncio's loops, child watchers and"
                                + " subprocesses from asyncio4j. FILE may be - for standard input."
                                + " POLICY is default, selector, or proactor, which is io_uring."
                                + " The jars that this takes, 160 MB, are fetched when it is first"
                                + " used.",
                        "The exit status is the program's; 2 after wrong usage, 125 if Python"
                                + " cannot be started.");
        return spec;
    }

    @Override
    public Integer call() throws UsageException {
        throw new UsageException("python is started by the script asyncio4j, not by this jar");
    }
}

package io.asyncio4j.cli;

import io.asyncio4j.annotation.Nullable;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** The command-line tool's entry point. */
public final class Main implements Callable<Integer> {
    /** The exit status after wrong usage or an internal error. */
    static final int USAGE = 125;

    private Main() {}

    /** Set by the launcher if nothing in the JVM needs an orderly shutdown. */
    private static final String EXIT_AT_ONCE = "asyncio4j.exitAtOnce";

    /**
     * Runs the tool, and exits.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        CommandLine commandLine = commandLine();
        int status = execute(commandLine, args);
        // The shutdown of a JVM that has polled takes as long as the whole run. Otherwise it is
        // fast.
        boolean hasRun = commandLine.getSubcommands().get("run").getExecutionResult() != null;
        if (hasRun && Boolean.getBoolean(EXIT_AT_ONCE)) {
            Native.exitAtOnce(status);
        }
        System.exit(status);
    }

    private static int execute(CommandLine commandLine, String... args) {
        try {
            int status = commandLine.execute(CommandText.arguments(args));
            // Help and version go there, through a stream that does not report failures.
            if (status == 0 && System.out.checkError()) {
                complain("cannot write standard output");
                return USAGE;
            }
            return status;
        } catch (UsageException e) {
            complain(e.getMessage());
            return USAGE;
        } catch (LinkageError e) {
            // Such as an invalid value of one of the library's system properties.
            Throwable cause = e.getCause();
            complain(cause == null ? e.toString() : cause.getMessage());
            return USAGE;
        } catch (OutOfMemoryError e) {
            complain(explain(e));
            return USAGE;
        } catch (Error e) {
            complain("internal error: " + e);
            return USAGE;
        }
    }

    private static String explain(OutOfMemoryError e) {
        if (Native.isShortage(e)) {
            return "out of threads: "
                    + e.getMessage()
                    + "; raise ulimit -u, or run fewer jobs (-j)";
        }
        long mebibytes = Runtime.getRuntime().maxMemory() >> 20;
        return "out of memory: "
                + e.getMessage()
                + "; the heap may take "
                + mebibytes
                + " MiB, ASYNCIO4J_JAVA_OPTS=-Xmx"
                + mebibytes * 4
                + "m gives more";
    }

    static CommandLine commandLine() {
        CommandSpec spec =
                CommandSpec.wrapWithoutInspection(new Main())
                        .name("asyncio4j")
                        .versionProvider(new Version())
                        .addOption(Syntax.help())
                        .addOption(Syntax.version())
                        .addSubcommand("run", RunCommand.spec())
                        .addSubcommand("doctor", DoctorCommand.spec())
                        .addSubcommand("python", PythonCommand.spec())
                        .addSubcommand("train", TrainCommand.spec());
        spec.usageMessage()
                .description(
                        "Runs commands under an asyncio event loop, and reports what works here.")
                .synopsisSubcommandLabel("COMMAND")
                .footer("", "For the options of a command: asyncio4j COMMAND --help");
        return new CommandLine(spec)
                .setUsageHelpWidth(100)
                .setExpandAtFiles(false)
                .setTrimQuotes(false)
                .setParameterExceptionHandler(Main::refuse)
                .setExecutionExceptionHandler(Main::fail);
    }

    @Override
    public Integer call() throws UsageException {
        throw new UsageException(
                "no command given; use asyncio4j run or asyncio4j doctor, or see" + " --help");
    }

    private static int refuse(ParameterException e, String[] args) {
        complain(
                e.getMessage()
                        + "; "
                        + e.getCommandLine().getCommandSpec().qualifiedName()
                        + " --help lists the options");
        return USAGE;
    }

    private static int fail(
            Exception e, CommandLine commandLine, CommandLine.@Nullable ParseResult parsed) {
        if (e instanceof UsageException) {
            complain(e.getMessage());
        } else {
            complain("internal error: " + e);
            if (Boolean.getBoolean("asyncio4j.debug")) {
                e.printStackTrace();
            }
        }
        return USAGE;
    }

    /** Writes one line to standard error. */
    static void complain(@Nullable String message) {
        String line = String.valueOf(message).lines().reduce((a, b) -> a + "; " + b).orElse("");
        System.err.println("asyncio4j: " + Native.show(line));
    }

    /** Provides the version of the tool. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"asyncio4j " + number()};
        }

        static String number() {
            String version = Main.class.getPackage().getImplementationVersion();
            return version == null ? "(unpackaged)" : version;
        }
    }
}

package io.asyncio4j.graalpy;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.loop.ProactorEventLoop;
import java.util.Arrays;
import java.util.List;
import org.graalvm.polyglot.Context;
import org.graalvm.polyglot.Value;

/**
 * Runs a Python program with asyncio4j's event loop policy: the tool's command {@code python}.
 *
 * <p>The exit status is that of the program, as CPython has it: 1 after an exception that nothing
 * caught, 130 after {@code KeyboardInterrupt}. It is 2 for wrong usage, and 125 if Python cannot be
 * started; both come with one line on standard error.
 */
public final class PythonMain {

    private static final int USAGE = 2;
    private static final int CANNOT_START = 125;
    private static final String SYNTAX =
            "asyncio4j python [--policy POLICY] FILE | -m MODULE | -c CODE [ARGS]";
    private static final String POLICY = "--policy";
    private static final List<String> POLICIES = List.of("default", "selector", "proactor");

    private PythonMain() {}

    /** What is to be run on which policy, and what the program sees as its arguments. */
    record Program(String policy, Kind kind, String text, List<String> arguments) {

        enum Kind {
            FILE,
            MODULE,
            CODE
        }

        /** Returns the program that {@code arguments} ask for, or null if they are wrong. */
        static @Nullable Program of(List<String> arguments) {
            if (arguments.size() > 1 && arguments.getFirst().equals(POLICY)) {
                return of(arguments.get(1), rest(arguments, 2));
            }
            if (!arguments.isEmpty() && arguments.getFirst().startsWith(POLICY + "=")) {
                String name = arguments.getFirst().substring(POLICY.length() + 1);
                return of(name, rest(arguments, 1));
            }
            return of(POLICIES.getFirst(), arguments);
        }

        private static @Nullable Program of(String policy, List<String> arguments) {
            if (arguments.isEmpty()) {
                return null;
            }
            String first = arguments.getFirst();
            if (!first.startsWith("-") || first.equals("-")) {
                return new Program(policy, Kind.FILE, first, rest(arguments, 1));
            }
            Kind kind = first.startsWith("-m") ? Kind.MODULE : Kind.CODE;
            if (kind == Kind.CODE && !first.startsWith("-c")) {
                return null;
            }
            if (first.length() > 2) { // -mMODULE, in one word
                return new Program(policy, kind, first.substring(2), rest(arguments, 1));
            }
            return arguments.size() < 2
                    ? null
                    : new Program(policy, kind, arguments.get(1), rest(arguments, 2));
        }

        private static List<String> rest(List<String> arguments, int from) {
            return arguments.subList(from, arguments.size());
        }
    }

    /**
     * Runs the program, and exits.
     *
     * @param args perhaps --policy and its name; FILE, -m MODULE or -c CODE; and the program's own
     *     arguments
     */
    public static void main(String[] args) {
        if (args.length == 1 && args[0].equals("--version")) {
            // What the launcher asks for to see whether the JVM starts.
            System.out.println("asyncio4j python");
            return;
        }
        Program program = Program.of(Arrays.asList(args));
        String wrong = program == null ? wrongUsage(args) : wrongPolicy(program.policy());
        if (program == null || wrong != null) {
            complain(String.valueOf(wrong));
            System.exit(USAGE);
            return;
        }
        System.exit(run(program));
    }

    private static String wrongUsage(String[] args) {
        boolean known =
                args.length == 0
                        || List.of("-m", "-c", POLICY).contains(args[0])
                        || args[0].startsWith(POLICY + "=");
        return (known ? "give a program: " : "unknown option " + args[0] + "; ") + SYNTAX;
    }

    /** Returns why a policy cannot be used here, or null if it can. */
    private static @Nullable String wrongPolicy(String name) {
        String reason =
                !POLICIES.contains(name)
                        ? "there is no such policy"
                        : name.equals("proactor") ? ProactorEventLoop.unavailableReason() : null;
        return reason == null
                ? null
                : "--policy " + name + ": " + reason + "; choose default, selector, or proactor";
    }

    private static int run(Program program) {
        Context context;
        Value run;
        try {
            context = contextBuilder().build();
            Python.install(context);
            run = context.eval("python", "import asyncio4j._main\nasyncio4j._main.run");
        } catch (RuntimeException | LinkageError e) {
            complain("Python does not start: " + e.getMessage());
            return CANNOT_START;
        }
        // Not closed: that would wait for threads, for which Python's own end has waited.
        return run.execute(
                        program.policy(),
                        program.kind().name(),
                        program.text(),
                        program.arguments().toArray(Object[]::new))
                .asInt();
    }

    private static Context.Builder contextBuilder() {
        // As CPython has them when it is a process of its own.
        return Python.contextBuilder()
                .option("python.InstallSignalHandlers", "true")
                .option("python.AlwaysRunExcepthook", "true")
                .option("log.python.com.oracle.graal.python.runtime.PythonContext.level", "SEVERE");
    }

    private static void complain(String message) {
        String line = message.lines().reduce((a, b) -> a + "; " + b).orElse("");
        System.err.println("asyncio4j: " + line);
    }
}

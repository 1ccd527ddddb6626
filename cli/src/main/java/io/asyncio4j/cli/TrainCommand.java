package io.asyncio4j.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;

/**
 * The hidden command {@code train}: does what {@code run} may do once, so that a class cache of
 * this run holds the classes that a start needs: jobs that write, succeed and fail, results as
 * JSON, each watcher in use. Run by the launcher only.
 */
final class TrainCommand implements Callable<Integer> {
    private static final String[][] RUNS = {
        {"--version"},
        {"run", "--json", "-", "--timeout", "1m", "echo; exit 1", "echo >&2", "kill $$"},
        {"run", "--watcher", "pidfd", "-j", "2", "echo", "true"},
    };

    /** Not used by this process, because its tasks all run in one mode. */
    private static final String[] OTHER_MODES = {
        "io.asyncio4j.loop.HandoffTask", "io.asyncio4j.loop.CarrierTask", "io.asyncio4j.loop.Baton"
    };

    static CommandSpec spec() {
        CommandSpec spec = CommandSpec.wrapWithoutInspection(new TrainCommand()).name("train");
        spec.usageMessage().hidden(true);
        return spec;
    }

    @Override
    public Integer call() throws ClassNotFoundException {
        for (String[] run : RUNS) {
            Main.commandLine().execute(run);
        }
        for (String name : OTHER_MODES) {
            Class.forName(name);
        }
        return 0;
    }
}

package io.asyncio4j.child;

import io.asyncio4j.subprocess.Command;
import java.util.function.Function;

/** How a loop starts its children. */
public enum Starter {
    /** With {@code posix_spawn}; the child watcher of the policy reports their exits. */
    SPAWN(SpawnStart::new),

    /** With {@code java.lang.ProcessBuilder}, without native calls, and without a watcher. */
    PROCESS_BUILDER(ProcessStart::new);

    private final Function<Command, ChildStart> preparation;

    Starter(Function<Command, ChildStart> preparation) {
        this.preparation = preparation;
    }

    /**
     * Prepares the start of a child; nothing is opened or started.
     *
     * @throws IllegalArgumentException if the command names a descriptor that is not open
     * @throws UnsupportedOperationException if the command has an option that does not exist for
     *     children that are started so, naming it
     */
    ChildStart prepare(Command command) {
        return preparation.apply(command);
    }
}

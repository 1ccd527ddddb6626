package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.util.concurrent.Callable;

/** Code that returns nothing, run by a task or future that carries the exception it throws. */
@FunctionalInterface
public interface Action {

    /** Runs the code. */
    void run() throws Exception;

    /** Returns the same code as a {@link Callable}, whose result is null. */
    default Callable<@Nullable Void> returningNull() {
        return () -> {
            run();
            return null;
        };
    }
}

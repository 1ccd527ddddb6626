package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;

/**
 * Code that returns nothing and may throw checked exceptions, which the method that runs it
 * rethrows unchanged; see {@link Code}.
 *
 * @param <X> the checked exceptions
 */
@FunctionalInterface
public interface VoidCode<X extends Exception> extends Action {

    /** Runs the code. */
    @Override
    void run() throws X;

    /** Returns the same code as {@link Code}, whose result is null. */
    @Override
    default Code<@Nullable Void, X> returningNull() {
        return () -> {
            run();
            return null;
        };
    }
}

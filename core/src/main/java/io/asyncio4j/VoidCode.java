package io.asyncio4j;

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
}

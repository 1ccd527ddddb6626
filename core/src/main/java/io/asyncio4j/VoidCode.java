package io.asyncio4j;

/**
 * Code that returns nothing, and whose checked exceptions its caller gets as they are; see {@link
 * Code}.
 *
 * @param <X> the checked exceptions
 */
@FunctionalInterface
public interface VoidCode<X extends Exception> extends Action {

    /** Runs the code. */
    @Override
    void run() throws X;
}

package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.util.concurrent.Callable;

/**
 * Code that returns a result, and whose checked exceptions its caller gets as they are: {@link
 * Asyncio#run}, {@link Asyncio#timeout}, {@link Asyncio#blocking} and the like declare {@code X}.
 * The compiler infers it from a lambda or a method reference; it is {@link RuntimeException} for
 * code that throws nothing checked.
 *
 * @param <T> the type of the result
 * @param <X> the checked exceptions
 */
@FunctionalInterface
public interface Code<T extends @Nullable Object, X extends Exception> extends Callable<T> {

    /** Runs the code. */
    @Override
    T call() throws X;
}

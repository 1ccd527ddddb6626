package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.util.concurrent.Callable;

/**
 * Code that returns a result and may throw checked exceptions, which the method that runs it
 * rethrows unchanged: {@link Asyncio#run}, {@link Asyncio#timeout}, {@link Asyncio#blocking} and
 * others declare {@code X}. The compiler infers {@code X} from a lambda or a method reference; it
 * is {@link RuntimeException} for code without checked exceptions.
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

package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;

/**
 * How a future ended, as a value.
 *
 * @param <T> the type of the result
 */
public sealed interface Outcome<T extends @Nullable Object> {

    /**
     * The future has a result.
     *
     * @param result the result
     */
    record Success<T extends @Nullable Object>(T result) implements Outcome<T> {}

    /**
     * The future failed or was cancelled.
     *
     * @param exception the exception, or a {@link java.util.concurrent.CancellationException}
     */
    record Failure<T extends @Nullable Object>(Throwable exception) implements Outcome<T> {}
}

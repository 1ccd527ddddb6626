package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;

/**
 * Keeps the exception of code that a future runs, so that the caller who waits for the future gets
 * it with its declared type.
 */
final class Checked<T extends @Nullable Object, X extends Exception> implements Callable<T> {

    private final Code<T, X> code;
    // What the code threw; if it is checked, it is an X. Read after the future is done.
    private volatile @Nullable Throwable thrown;

    private Checked(Code<T, X> code) {
        this.code = code;
    }

    static <T extends @Nullable Object, X extends Exception> Checked<T, X> of(Code<T, X> code) {
        return new Checked<>(code);
    }

    @Override
    public T call() throws X {
        try {
            return code.call();
        } catch (Throwable e) {
            thrown = e;
            throw e;
        }
    }

    /**
     * Throws what the code threw, if {@code future} failed with it; else returns {@code e}, which
     * the future has thrown.
     */
    @SuppressWarnings("unchecked") // call() declares no other checked exception
    CompletionException unwrap(Future<?> future, CompletionException e) throws X {
        Throwable exception = future.exception();
        if (exception != e && exception == thrown) {
            throw (X) Objects.requireNonNull(exception);
        }
        return e;
    }
}

package io.asyncio4j.spi;

import io.asyncio4j.Code;
import io.asyncio4j.annotation.Nullable;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * As {@link ScopedValue}, but the loops that are run in the scope have it too, and so have the
 * tasks that are made there: what {@code Policies.where} is made of, for policies and loops that
 * need one of their own.
 *
 * <pre>
 *   scoped.call(value, code)  --> get() in code
 *                                 loop run there:  carry(loop's code)  --> get() in callbacks
 *                                 task made there: carry(task's code)  --> get() in the task
 * </pre>
 *
 * <p>Safe for use by many threads.
 *
 * @param <T> the type of the value
 */
public final class LoopScoped<T> {

    // All of them in one, so that whoever carries them need not know them.
    private static final ScopedValue<Map<LoopScoped<?>, Object>> VALUES = ScopedValue.newInstance();

    /** Creates one that has no value anywhere. */
    public LoopScoped() {}

    /** Returns the value of the innermost scope, or null outside of any. */
    @SuppressWarnings("unchecked") // put there by call
    public @Nullable T get() {
        return VALUES.isBound() ? (T) VALUES.get().get(this) : null;
    }

    /** Runs {@code code} with {@code value}. */
    public <R extends @Nullable Object, X extends Exception> R call(T value, Code<R, X> code)
            throws X {
        Map<LoopScoped<?>, Object> values =
                VALUES.isBound() ? new HashMap<>(VALUES.get()) : new HashMap<>();
        values.put(this, Objects.requireNonNull(value, "value"));
        return ScopedValue.where(VALUES, Map.copyOf(values)).call(code::call);
    }

    /**
     * Returns {@code code} with all values of this kind that hold here, for another thread to run.
     * Loops do so with the code of their tasks.
     */
    public static <R extends @Nullable Object> Callable<R> carry(Callable<R> code) {
        if (!VALUES.isBound()) {
            return code;
        }
        ScopedValue.Carrier here = ScopedValue.where(VALUES, VALUES.get());
        return () -> here.call(code::call);
    }

    /** As {@link #carry(Callable)}, for code that returns nothing, such as a loop's run. */
    public static Runnable carry(Runnable code) {
        if (!VALUES.isBound()) {
            return code;
        }
        ScopedValue.Carrier here = ScopedValue.where(VALUES, VALUES.get());
        return () -> here.run(code);
    }
}

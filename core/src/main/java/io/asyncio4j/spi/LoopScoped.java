package io.asyncio4j.spi;

import io.asyncio4j.Code;
import io.asyncio4j.annotation.Nullable;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;

/**
 * A {@link ScopedValue} that is also bound in the loops that run in the scope and in the tasks
 * created there. {@code Policies.where} uses it; custom policies and loops may, too.
 *
 * <pre>
 *   scoped.call(value, code)  --> get() in code
 *                                 loop run there:  carry(loop's code)  --> get() in callbacks
 *                                 task created there: carry(task's code)  --> get() in the task
 * </pre>
 *
 * <p>Thread-safe.
 *
 * @param <T> the type of the value
 */
public final class LoopScoped<T> {

    // All values in one map, so that code that carries them need not know each one.
    private static final ScopedValue<Map<LoopScoped<?>, Object>> VALUES = ScopedValue.newInstance();

    /** Creates an instance without a value. */
    public LoopScoped() {}

    /** Returns the value of the innermost scope, or null outside of any. */
    @SuppressWarnings("unchecked") // put there by call
    public @Nullable T get() {
        return VALUES.isBound() ? (T) VALUES.get().get(this) : null;
    }

    /** Runs {@code code} in a scope in which {@link #get} returns {@code value}. */
    public <R extends @Nullable Object, X extends Exception> R call(T value, Code<R, X> code)
            throws X {
        Map<LoopScoped<?>, Object> values =
                VALUES.isBound() ? new HashMap<>(VALUES.get()) : new HashMap<>();
        values.put(this, Objects.requireNonNull(value, "value"));
        return ScopedValue.where(VALUES, Map.copyOf(values)).call(code::call);
    }

    /**
     * Wraps {@code code} to run with all current values of this kind, in any thread. Loops wrap the
     * code of their tasks.
     */
    public static <R extends @Nullable Object> Callable<R> carry(Callable<R> code) {
        if (!VALUES.isBound()) {
            return code;
        }
        ScopedValue.Carrier here = ScopedValue.where(VALUES, VALUES.get());
        return () -> here.call(code::call);
    }

    /** As {@link #carry(Callable)}, for code that returns nothing, such as the run of a loop. */
    public static Runnable carry(Runnable code) {
        if (!VALUES.isBound()) {
            return code;
        }
        ScopedValue.Carrier here = ScopedValue.where(VALUES, VALUES.get());
        return () -> here.run(code);
    }
}

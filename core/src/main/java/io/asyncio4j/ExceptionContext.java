package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import io.asyncio4j.os.NativeThreads;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/**
 * Describes a failure that no caller can catch, for an exception handler.
 *
 * @param message what went wrong
 * @param exception the exception, if there was one
 * @param details what was involved, by kind: {@code handle}, {@code future}, {@code task}, {@code
 *     transport}, {@code protocol}, {@code signal}, {@code source}
 */
public record ExceptionContext(
        String message, @Nullable Throwable exception, Map<String, Object> details) {

    public ExceptionContext {
        Objects.requireNonNull(message, "message");
        details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
    }

    /** Creates a context without details. */
    public ExceptionContext(String message, @Nullable Throwable exception) {
        this(message, exception, Map.of());
    }

    /** Returns a copy of this context with one more detail. */
    public ExceptionContext with(String kind, Object value) {
        var more = new LinkedHashMap<>(details);
        more.put(kind, value);
        return new ExceptionContext(message, exception, more);
    }

    /**
     * Returns whether {@code e} must end the loop instead of going to its exception handler: the
     * virtual machine is out of memory or broken. Returns false for a stack overflow, because the
     * stack has room again when it is caught, and for a failure to start a thread, which the JDK
     * reports as {@link OutOfMemoryError}.
     */
    public static boolean mustPropagate(Throwable e) {
        return e instanceof VirtualMachineError
                && !(e instanceof StackOverflowError)
                && !NativeThreads.isLack(e);
    }
}

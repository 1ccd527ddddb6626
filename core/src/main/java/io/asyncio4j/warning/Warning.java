package io.asyncio4j.warning;

/**
 * Reports something that works but needs attention. Thrown only if the property {@code
 * asyncio4j.warnings} is {@code error} for its category; see {@link Warnings}.
 */
public abstract sealed class Warning extends RuntimeException
        permits DeprecationWarning, RuntimeWarning, ResourceWarning {

    private static final long serialVersionUID = 1L;

    Warning(String message) {
        super(message);
    }
}

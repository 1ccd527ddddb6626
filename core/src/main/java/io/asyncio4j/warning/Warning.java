package io.asyncio4j.warning;

/**
 * Something that works, but that its user should know of. Thrown only where {@link Warnings} was
 * told to make errors of warnings.
 */
public abstract sealed class Warning extends RuntimeException
        permits DeprecationWarning, RuntimeWarning, ResourceWarning {

    private static final long serialVersionUID = 1L;

    Warning(String message) {
        super(message);
    }
}

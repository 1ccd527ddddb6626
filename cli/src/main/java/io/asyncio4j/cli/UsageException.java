package io.asyncio4j.cli;

/**
 * Thrown when the tool is asked for something it cannot do; the message is one line for the user.
 */
final class UsageException extends Exception {
    private static final long serialVersionUID = 1L;

    UsageException(String message) {
        super(message);
    }
}

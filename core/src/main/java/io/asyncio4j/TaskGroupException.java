package io.asyncio4j;

import java.util.List;

/**
 * Thrown when tasks of a {@link TaskGroup} failed.
 *
 * <p>The first failure is the cause and the others are suppressed exceptions, so that a stack trace
 * shows all of them. Tasks that were cancelled do not count as failed.
 */
public final class TaskGroupException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // a copy made by List.of, which is serializable
    private final List<Throwable> exceptions;

    TaskGroupException(List<Throwable> exceptions) {
        super(describe(exceptions), exceptions.getFirst());
        this.exceptions = List.copyOf(exceptions);
        exceptions.stream().skip(1).forEach(this::addSuppressed);
    }

    /** Returns what the tasks threw, in the order in which they ended; never empty. */
    public List<Throwable> exceptions() {
        return exceptions;
    }

    private static String describe(List<Throwable> exceptions) {
        int count = exceptions.size();
        String first = exceptions.getFirst().toString();
        return count == 1
                ? "A task of the group failed: " + first
                : count + " tasks of the group failed; the first failure: " + first;
    }
}

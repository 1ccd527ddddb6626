package io.asyncio4j.testkit;

import io.asyncio4j.Task;
import java.util.Set;

/**
 * Thrown when a {@link VirtualTimeLoop} has nothing left to wait for. The message lists the waiting
 * tasks with their stacks.
 */
public final class DeadlockError extends AssertionError {

    private static final long serialVersionUID = 1L;

    DeadlockError(Set<Task<?>> waiting) {
        super(describe(waiting));
    }

    private static String describe(Set<Task<?>> waiting) {
        var text = new StringBuilder("Deadlock: no callback, timer, I/O or outside work is left");
        text.append(waiting.isEmpty() ? ", and no task" : "; waiting tasks:");
        for (Task<?> task : waiting) {
            text.append("\n  ").append(task);
            for (StackTraceElement frame : task.getStack()) {
                text.append("\n      at ").append(frame);
            }
        }
        return text.toString();
    }
}

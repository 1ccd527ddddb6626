package io.asyncio4j.loop;

import io.asyncio4j.Task;
import io.asyncio4j.annotation.Nullable;
import java.util.LinkedHashSet;
import java.util.Set;

/** The tasks of a loop that are not done, linked through themselves, oldest first. */
final class TaskList {

    private @Nullable LoopTask<?> first;
    private @Nullable LoopTask<?> last;
    private long created;

    /** Returns the number for the next task's name. */
    long nextNumber() {
        return ++created;
    }

    void add(LoopTask<?> task) {
        task.previousAlive = last;
        if (last == null) {
            first = task;
        } else {
            last.nextAlive = task;
        }
        last = task;
    }

    void remove(LoopTask<?> task) {
        LoopTask<?> previous = task.previousAlive;
        LoopTask<?> next = task.nextAlive;
        if (previous == null) {
            first = next;
        } else {
            previous.nextAlive = next;
        }
        if (next == null) {
            last = previous;
        } else {
            next.previousAlive = previous;
        }
        task.previousAlive = null;
        task.nextAlive = null;
    }

    /** Returns whether a task is blocked in the JDK: it has started and awaits nothing. */
    boolean isAnyBlocked() {
        for (LoopTask<?> task = first; task != null; task = task.nextAlive) {
            if (!task.isAwaiting()) {
                return true;
            }
        }
        return false;
    }

    Set<Task<?>> snapshot() {
        var tasks = new LinkedHashSet<Task<?>>();
        for (LoopTask<?> task = first; task != null; task = task.nextAlive) {
            tasks.add(task);
        }
        return tasks;
    }
}

package io.asyncio4j;

import io.asyncio4j.annotation.Nullable;
import java.util.concurrent.Callable;

/** Creates the tasks of a loop; see {@link EventLoop#setTaskFactory}. */
@FunctionalInterface
public interface TaskFactory {

    /** Creates a task that runs {@code body} on {@code loop}. */
    <T extends @Nullable Object> Task<T> create(
            EventLoop loop, Callable<T> body, @Nullable String name);
}

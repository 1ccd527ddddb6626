/**
 * For authors of event loops and child watchers: the loop and task of the current thread, and
 * actions for the end of a loop. Programs use {@code Asyncio} instead. This package may change
 * between releases.
 *
 * <pre>
 *   loop begins to run --enter--> LoopContext of the thread --leave--> none
 *   step of a task     --setTask(task)--> ... --setTask(null)
 * </pre>
 */
@NullMarked
package io.asyncio4j.spi;

import io.asyncio4j.annotation.NullMarked;

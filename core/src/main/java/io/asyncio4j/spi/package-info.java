/**
 * For authors of event loops and child watchers, not for programs: what a loop says about the
 * thread that runs it. Programs ask {@code Asyncio}. What is here may change between releases.
 *
 * <pre>
 *   loop begins to run --enter--> LoopContext of the thread --leave--> none
 *   step of a task     --setTask(task)--> ... --setTask(null)
 * </pre>
 */
@NullMarked
package io.asyncio4j.spi;

import io.asyncio4j.annotation.NullMarked;

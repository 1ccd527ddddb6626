/**
 * Bridges to the concurrency of the JDK: {@code Flow}, {@code CompletionStage}, {@code
 * ScheduledExecutorService}.
 *
 * <pre>
 *   Flow.Publisher   --AsyncIterator-->          items that a task iterates over
 *   CompletionStage  --loop.wrapFuture-->        Future of the loop     (StageFollower)
 *   loop             --asScheduledExecutor-->    executor of the JDK    (LoopScheduledExecutor)
 * </pre>
 *
 * <p>Programs use {@code AsyncIterator} and the methods of {@code EventLoop}; the other two classes
 * are for authors of event loops. Imports the front package and {@code spi}; imported by the loops.
 */
@NullMarked
package io.asyncio4j.interop;

import io.asyncio4j.annotation.NullMarked;

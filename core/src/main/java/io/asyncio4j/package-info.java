/**
 * The main API of asyncio4j: {@code Asyncio}, the event loop's interface, futures and tasks, and
 * what is made of these alone.
 *
 * <pre>
 *   Asyncio.run --&gt; Runner --&gt; EventLoop (of the policy) --createTask--&gt; Task --await--&gt; Future
 *   Asyncio.gather, waitUntil, timeout, TaskGroup          over Task and Future only
 *   Asyncio.toThread, blocking                             code that blocks
 * </pre>
 *
 * <p>Imports contracts: policies, {@code spi}, transports, subprocesses, watchers. None of {@code
 * loop}, {@code io}, {@code child}, {@code selector}, {@code interop}, {@code sync} and {@code
 * stream}.
 */
@NullMarked
package io.asyncio4j;

import io.asyncio4j.annotation.NullMarked;

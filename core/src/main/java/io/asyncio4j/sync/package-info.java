/**
 * Locks and queues between the tasks of one event loop, with the meaning they have in asyncio.
 *
 * <pre>
 *   task --acquire, await, put, get--> free?  --yes--> continues, without yielding
 *                                        | no
 *                                        v
 *                              Waiter in a WaiterQueue   first come, first served
 *                                |                |
 *                  release, set, |                | Task.cancel
 *                  signal, put   v                v
 *                              woken          leaves the queue at once
 *                                |                |
 *                  resumes, unless cancelled      CancellationException
 *                  since: then it passes
 *                  the wake-up on
 * </pre>
 *
 * <p>Rules for all of them:
 *
 * <ul>
 *   <li><b>Threads.</b> Not thread-safe: use them only from tasks and callbacks of one loop, and
 *       from other threads through {@link io.asyncio4j.EventLoop#callSoonThreadsafe}. An object
 *       belongs to the loop of the first task that had to wait for it; a task of another loop that
 *       has to wait gets {@link java.lang.IllegalStateException}.
 *   <li><b>Waiting.</b> A method that may have to wait must be called from a task, even when it
 *       would not have to wait; otherwise it throws {@link java.lang.IllegalStateException}. A call
 *       that does not have to wait does not yield to other tasks. All others may be called from
 *       callbacks, too.
 *   <li><b>Cancellation.</b> A task that is cancelled while it waits gets {@link
 *       java.util.concurrent.CancellationException}, and what it waited for goes to the next in
 *       line. For a deadline, wait within {@code Asyncio.timeout}.
 * </ul>
 *
 * <p>Each of them extends {@code LoopBound}, which lists them; {@code Event} is the simplest, and
 * the model for another. {@code LoopBoundTest} lists each method that waits.
 *
 * <p>Names follow asyncio, except where Java has its own: {@code wait} is {@code await}, because
 * {@code Object.wait} exists; {@code notify} and {@code notify_all} are {@code signal} and {@code
 * signalAll}, as in {@link java.util.concurrent.locks.Condition}; {@code async with} is a {@code
 * try} on the {@link io.asyncio4j.sync.Held} that {@code acquire} returns; {@code qsize} is {@code
 * size}; and the name of a query for a state begins with {@code is}.
 *
 * <p>Imports the root package only.
 */
@NullMarked
package io.asyncio4j.sync;

import io.asyncio4j.annotation.NullMarked;

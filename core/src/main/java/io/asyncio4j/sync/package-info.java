/**
 * Locks and queues between the tasks of one event loop, with the meaning they have in asyncio.
 *
 * <pre>
 *   task --acquire, await, put, get--> free?  --yes--> continues, without giving way
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
 *   <li><b>Threads.</b> Not safe for threads: use them from tasks and callbacks of one loop only,
 *       and from elsewhere through {@link io.asyncio4j.EventLoop#callSoonThreadsafe}. One belongs
 *       to the loop of the first task that had to wait for it; a task of another loop that has to
 *       wait gets {@link java.lang.IllegalStateException}.
 *   <li><b>Waiting.</b> A method that may have to wait must be called from a task, also when it
 *       would not have to wait, or it throws {@link java.lang.IllegalStateException}. One that does
 *       not have to wait does not give way to other tasks. All others may be called from callbacks,
 *       too.
 *   <li><b>Cancellation.</b> A task that is cancelled while it waits gets {@link
 *       java.util.concurrent.CancellationException}, and what it waited for goes to the next in
 *       line. For a deadline, wait within {@code Asyncio.timeout}.
 * </ul>
 *
 * <p>Names follow asyncio, but where Java has its own: {@code wait} is {@code await}, as {@code
 * Object.wait} is taken; {@code notify} and {@code notify_all} are {@code signal} and {@code
 * signalAll}, as in {@link java.util.concurrent.locks.Condition}; {@code async with} is a {@code
 * try} on the {@link io.asyncio4j.sync.Held} that {@code acquire} returns; {@code qsize} is {@code
 * size}; and what asks for a state begins with {@code is}.
 *
 * <p>Imports the root package only.
 */
@NullMarked
package io.asyncio4j.sync;

import io.asyncio4j.annotation.NullMarked;

/**
 * The event loops: queues of callbacks and timers, tasks on virtual threads, signals, executors.
 *
 * <pre>
 *   other threads --callSoonThreadsafe--&gt; Inbox --+
 *   callSoon, wake-up of a task ------------------+--&gt; ReadyQueue --&gt; Turns: one iteration runs
 *   callLater --&gt; TimerQueue --due----------------+                     what was ready at its start
 *   Selector --ready--&gt; Readers, ReadinessEngine -+                       |               |
 *                                                          callback: Handle       task: LoopTask
 *   BaseEventLoop   all of that but the waiting                       carrier mode: CarrierTask on a
 *   SelectorEventLoop   waits in a Selector                             Trampoline, which may take
 *                                                                       the turn back: BlockingGrace
 *                                                                     hand-off mode: HandoffTask,
 *                                                                       which has a Baton
 * </pre>
 *
 * <p>In debug mode {@code Turns} runs each turn through {@code TurnTimer}, {@code Watchdog}
 * observes it from another thread, and {@code ExceptionReports} has the words of both. A turn is
 * not always the stretch between two awaits: a task that was let go after its grace returns in a
 * new one. How long a callback waits begins at {@code ReadyQueue.add}, or at {@code Inbox.push} for
 * one from another thread.
 *
 * <p>{@code SelectorEventLoop} is the loop to use. A custom loop extends {@code AbstractEventLoop},
 * whose methods throw until they are overridden, or {@code BaseEventLoop}, which lacks only I/O.
 * The rest is not public.
 *
 * <p>Imports selectors, {@code os} and the root package; {@code BaseEventLoop} also the contracts
 * of transports and children, and {@code io} and {@code child}, to which it delegates. Imported by
 * policies and the test kit; everything else knows only {@link io.asyncio4j.EventLoop}.
 */
@NullMarked
package io.asyncio4j.loop;

import io.asyncio4j.annotation.NullMarked;

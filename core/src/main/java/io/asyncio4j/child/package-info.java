/**
 * Starts children and connects them: from a {@code Command} to a {@code SubprocessTransport}. Not
 * exported.
 *
 * <pre>
 *   EventLoop.subprocessExec --&gt; Launch, on the loop: ChildStart.begin
 *                                  |
 *                                Spawning, on the loop or on a thread of Spawner: ChildStart.start
 *                                  |
 *                                Launch, on the loop: ChildStart.watch, end; in the same turn if
 *                                  the child was started there
 *                                  |
 *   SubprocessProtocol &lt;-- ChildTransport &lt;--data, end-- pipe transports &lt;-- the child's 1, 2
 *                              |     ^----ExitStatus---- who watches the child
 *                              +-- ChildGroup: the process group that the child leads
 *
 *   Starter, the loop's choice:  SPAWN             PROCESS_BUILDER
 *     ChildStart                 SpawnStart        ProcessStart
 *       opens, starts with       StdioPlan, Spawn  ProcessBuilder
 *       learns of the exit by    ChildWatcher      Process.onExit
 *     StartedChild               SpawnedChild      ProcessChild
 * </pre>
 *
 * <p>Exactly one class owns a child at any time, also when its start fails, is cancelled, or
 * outlives its loop: {@code Spawning}, {@code Launch}, then {@code ChildTransport}.
 *
 * <p>With a pseudo-terminal ({@code os.Pty}) its controller stands for both pipes: {@code
 * TerminalInput} types Ctrl-D at the end of the input, and {@code ChildTransport.setWindowSize}
 * resizes it. A child is there after {@code ChildStart.start} in {@code Spawning}, the only place.
 *
 * <p>Imports the contracts in {@code subprocess} and {@code transport}, {@code io}, watchers,
 * {@code reap}, {@code os} and the root package; imported by loops only.
 */
@NullMarked
package io.asyncio4j.child;

import io.asyncio4j.annotation.NullMarked;

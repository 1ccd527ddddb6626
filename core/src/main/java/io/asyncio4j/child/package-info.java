/**
 * Starts children and connects them: from a {@code Command} to a {@code SubprocessTransport}. Not
 * exported.
 *
 * <pre>
 *   EventLoop.subprocessExec --&gt; Launch, on the loop: opens the watcher's guard
 *                                  |
 *                                Spawning, on the loop or on a thread of Spawner:
 *                                  StdioPlan opens descriptors; os.Spawn starts the child,
 *                                  as CommandRequest shows it the Command
 *                                  |
 *                                Launch, on the loop: addChildHandler, guard closed; in the same
 *                                  turn if the child was started there
 *                                  |
 *   SubprocessProtocol &lt;-- ChildTransport &lt;--data, end-- pipe transports &lt;-- the child's 1, 2
 *                              |     ^----ExitStatus---- ChildWatcher
 *                              +-- ChildGroup: the process group that the child leads
 * </pre>
 *
 * <p>Exactly one class owns a child at any time, also when its start fails, is cancelled, or
 * outlives its loop: {@code Launch}, then {@code ChildTransport}, or {@code Orphan}.
 *
 * <p>With a pseudo-terminal ({@code os.Pty}) its controller stands for both pipes: {@code
 * TerminalInput} types Ctrl-D at the end of the input, and {@code ChildTransport.setWindowSize}
 * resizes it. A child is there after {@code Children.started} in {@code Spawning}, the only place.
 *
 * <p>Imports the contracts in {@code subprocess} and {@code transport}, {@code io}, watchers,
 * {@code reap}, {@code os} and the root package; imported by loops only.
 */
@NullMarked
package io.asyncio4j.child;

import io.asyncio4j.annotation.NullMarked;

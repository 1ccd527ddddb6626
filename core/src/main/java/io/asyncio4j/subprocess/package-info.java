/**
 * Child processes: the command, and the contracts for tasks ({@code ChildProcess}) and for
 * protocols ({@code SubprocessProtocol}).
 *
 * <pre>
 *   Command --EventLoop.subprocessExec--&gt; SubprocessTransport --data, ends, exit--&gt; protocol
 *
 *   ChildProcess --&gt; ProcessProtocol: a StreamProtocol for each pipe  --&gt; StreamReader, StreamWriter
 *                                   the exit wakes the tasks in waitFor --&gt; ExitStatus
 *   ChildProcess --&gt; SubprocessTransport --&gt; ProcessGroup: all that the child has started
 * </pre>
 *
 * <p>What starts children is in {@code child} and is not exported. Imports streams, the contracts
 * of transports, the interface of the event loop, and from {@code os} the encoding of strings and
 * the names of signals.
 *
 * <p>{@code ExitStatus}, with its {@code ResourceUsage}, describes an exit everywhere; watchers
 * report it, and import nothing else from here.
 */
@NullMarked
package io.asyncio4j.subprocess;

import io.asyncio4j.annotation.NullMarked;

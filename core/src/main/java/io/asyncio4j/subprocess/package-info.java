/**
 * Child processes, for tasks ({@code ChildProcess}) and for protocols ({@code SubprocessProtocol}).
 *
 * <pre>
 *   Command --> Launch: StdioPlan opens descriptors
 *                 |      ChildWatcher.enter { Spawn.spawn --> addChildHandler }
 *                 v
 *           ChildTransport &lt;--data, ends-- pipe transports &lt;--- child's 1, 2;  0 &lt;---
 *                 |        &lt;--exit-------- ChildWatcher
 *                 v
 *           SubprocessProtocol; for a ChildProcess it feeds StreamReaders, paces the StreamWriter of
 *           standard input, and wakes those that wait for the exit
 * </pre>
 *
 * <p>Imports transports, streams, watchers and the interface of the event loop; nothing inside
 * imports this.
 */
@NullMarked
package io.asyncio4j.subprocess;

import io.asyncio4j.annotation.NullMarked;

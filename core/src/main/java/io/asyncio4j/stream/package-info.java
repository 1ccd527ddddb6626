/**
 * Streams, with which a task reads and writes in its own order, over transports that report each
 * event when it happens.
 *
 * <pre>
 *   transport --dataReceived--&gt; StreamProtocol --feedData--&gt; StreamReader --readLine--&gt; task
 *       ^                                                         |
 *       +------- pauseReading above 2 * limit, resumeReading -----+
 *
 *   transport &lt;--write-- StreamWriter &lt;--write-- task
 *       |                     |
 *       +--pause, resume------+--drain waits
 * </pre>
 *
 * <p>{@code ByteFifo} holds what a reader has not returned yet, and finds separators in it. The
 * limit of a child's streams is {@code Command.limit}; the marks of a transport are another thing
 * ({@code io.StreamTransport}).
 *
 * <p>Imports the contracts of transports and the interface of the event loop; knows no descriptors.
 */
@NullMarked
package io.asyncio4j.stream;

import io.asyncio4j.annotation.NullMarked;

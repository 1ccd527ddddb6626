/**
 * Streams: what lets a task read and write in the order it thinks, over transports that tell of
 * everything when it happens.
 *
 * <pre>
 *   transport --dataReceived--> StreamProtocol --feedData--> StreamReader --readLine--> task
 *       ^                                                         |
 *       +------- pauseReading above 2 * limit, resumeReading -----+
 *
 *   transport &lt;--write-- StreamWriter &lt;--write-- task
 *       |                     |
 *       +--pause, resume------+--drain waits
 * </pre>
 *
 * <p>Imports transports and the interface of the event loop; knows no descriptors.
 */
@NullMarked
package io.asyncio4j.stream;

import io.asyncio4j.annotation.NullMarked;

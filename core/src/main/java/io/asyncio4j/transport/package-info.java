/**
 * The contracts between transports, which move bytes, and protocols, which receive them.
 *
 * <pre>
 *   BaseTransport                     BaseProtocol        connectionMade, pauseWriting,
 *    |- ReadTransport  -\              |                   resumeWriting, connectionLost
 *    |                   Transport    ReceivingProtocol   eofReceived
 *    \- WriteTransport -/              |- Protocol         dataReceived: the loop's buffer, lent
 *                                      \- BufferedProtocol getBuffer, bufferUpdated: its own
 *
 *   transport --dataReceived--&gt; protocol --pauseReading, resumeReading--&gt; transport
 *   protocol --write--&gt; transport --pauseWriting, resumeWriting--&gt; protocol
 * </pre>
 *
 * <p>Interfaces and values only; the implementations are in {@code io}, which is not exported.
 * Imported by streams, subprocesses and the loops; imports the annotations only.
 */
@NullMarked
package io.asyncio4j.transport;

import io.asyncio4j.annotation.NullMarked;

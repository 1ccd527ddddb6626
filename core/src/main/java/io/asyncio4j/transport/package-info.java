/**
 * Transports move bytes between the operating system and protocols; protocols are told and decide.
 *
 * <pre>
 *   descriptor --readable--> ReadinessReader --received--> transport --dataReceived--> protocol
 *                                                              ^                          |
 *                                             pauseReading, resumeReading  <--------------+
 *
 *   descriptor <--writable-- ReadinessWriter <--write-- transport <--write-- protocol
 *                                  |
 *                                  +-- above, below the marks --> pauseWriting, resumeWriting
 * </pre>
 *
 * <p>The two halves know only the interface of the event loop and {@code ReadyChannel}, a handful
 * of operations on a descriptor. What a pipe, a socket or TLS needs beyond is in its own transport.
 * Imported by streams and subprocesses; imports neither, nor any loop.
 */
@NullMarked
package io.asyncio4j.transport;

import io.asyncio4j.annotation.NullMarked;

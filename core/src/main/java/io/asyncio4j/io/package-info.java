/**
 * The implementation of transports: one stream transport, over the engine of its loop. Not
 * exported.
 *
 * <pre>
 *   protocol &lt;--dataReceived-- StreamTransport &lt;--received-- Inlet  &lt;-- descriptor or channel
 *   protocol ----write-------&gt;  states, marks   ---write---&gt; Outlet --&gt; descriptor or channel
 *                                                              |
 *                        Engine.open(pipe) --&gt; Endpoint: both halves, their memory, the descriptor
 *
 *   close --&gt; both halves: stop(whenStopped) --&gt; both stopped --&gt; Endpoint.close --&gt; connectionLost
 * </pre>
 *
 * <p>{@code Engine}, {@code Endpoint}, {@code Inlet} and {@code Outlet} are the contract between
 * the transport and an I/O model. {@code ReadinessEngine} implements it over a {@link
 * io.asyncio4j.selector.Selector}, for descriptors ({@code FdChannel}) and channels ({@code
 * NioChannel}); {@code CompletionEngine} over a proactor, for descriptors or for channels ({@code
 * PortChannel}). {@code StreamTransportReadTest} and related tests run the same suite with each
 * engine; see ADR 0018.
 *
 * <p>Imports the contracts in {@code transport}, selectors, {@code os}, warnings and the root
 * package; imported by loops and {@code child}.
 */
@NullMarked
package io.asyncio4j.io;

import io.asyncio4j.annotation.NullMarked;

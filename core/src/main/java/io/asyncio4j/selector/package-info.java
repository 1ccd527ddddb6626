/**
 * Selectors, which wait until one of many descriptors or channels is ready: the interface that a
 * selector loop uses, and its implementations.
 *
 * <pre>
 *   register(fd, ops, listener) --&gt; Key --interest(ops)--&gt; select --&gt; listener.ready(ops)
 *                                    \---cancel, before the descriptor is closed
 *
 *   EpollSelector     Linux, the default there: O(ready)
 *   PollSelector      any Unix with native access: O(registered)
 *   NioSelector       everywhere, for channels instead of descriptors
 * </pre>
 *
 * <p>Programs use this package to choose the selector of a loop: {@code new SelectorEventLoop(new
 * PollSelector())}; {@code Selectors} chooses by name. Imports {@code os} only.
 */
@NullMarked
package io.asyncio4j.selector;

import io.asyncio4j.annotation.NullMarked;

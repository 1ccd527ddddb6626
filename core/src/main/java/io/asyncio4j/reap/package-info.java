/**
 * The one point through which exits pass. Not exported.
 *
 * <pre>
 *   os.Child.reap: wait4 --WaitStatus--+
 *                                      +--&gt; Reaper.observed --ExitStatus--&gt; watcher.Registry, child
 *   a watcher that reaps by itself ----+
 *                 (its returncode)
 * </pre>
 *
 * <p>{@code Reaper} decodes what the kernel said into {@code subprocess.ExitStatus}. Every exit
 * that the library reaps or is given by a custom watcher goes through {@code Reaper.observed}: what
 * is to happen at each exit (an event, a count) belongs there. What happens on the child's loop
 * follows later, in the handler that the child was registered with.
 *
 * <p>Imports {@code os} and the value types of {@code subprocess}; imported by {@code watcher} and
 * {@code child}.
 */
@NullMarked
package io.asyncio4j.reap;

import io.asyncio4j.annotation.NullMarked;

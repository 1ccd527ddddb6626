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
 * <p>{@code Reaper} decodes the kernel's status into a {@code subprocess.ExitStatus}. Every exit
 * that the library reaps or receives from a custom watcher goes through {@code Reaper.observed}:
 * code for each exit (an event, a count) belongs there. Code for the child's loop runs later, in
 * the handler that the child was registered with.
 *
 * <p>Imports {@code os} and the value types of {@code subprocess}; imported by {@code watcher} and
 * {@code child}.
 */
@NullMarked
package io.asyncio4j.reap;

import io.asyncio4j.annotation.NullMarked;

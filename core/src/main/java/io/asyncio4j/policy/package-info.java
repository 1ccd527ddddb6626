/**
 * The built-in event loop policies, and the skeleton for policies of one's own.
 *
 * <pre>
 *   Asyncio.getEventLoop() --no loop running--> Policies.get() --> policy.getEventLoop()
 *   Runner, newEventLoop() -------------------> Policies.get() --> policy.newEventLoop()
 * </pre>
 *
 * <p>Uses the loops, selectors and watchers; used by {@code Policies} for the default only.
 */
@NullMarked
package io.asyncio4j.policy;

import io.asyncio4j.annotation.NullMarked;

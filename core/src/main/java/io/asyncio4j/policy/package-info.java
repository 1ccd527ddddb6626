/**
 * Event loop policies: the contract, the current policy, the built-in policies, and the base class
 * of custom ones.
 *
 * <pre>
 *   Asyncio.getEventLoop() --no loop running--> Policies.get() --> policy.getEventLoop()
 *   Runner, newEventLoop() -------------------> Policies.get() --> policy.newEventLoop()
 *   start of a child -------------------------> Policies.get() --> policy.childWatcher()
 *
 *   Policies.get():  innermost Policies.where(...)  else  the process-wide one, created on first use:
 *                    property asyncio4j.policy (provider or class)  else  DefaultEventLoopPolicy
 * </pre>
 *
 * <p>{@code EventLoopPolicy} and {@code Policies} import contracts only; the built-in policies use
 * the loops, selectors and watchers.
 */
@NullMarked
package io.asyncio4j.policy;

import io.asyncio4j.annotation.NullMarked;

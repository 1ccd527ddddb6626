/**
 * Child watchers: how an event loop learns that a child process has ended.
 *
 * <p>Five ways to hear of it, one to deal with it:
 *
 * <pre>
 *   ThreadedChildWatcher   a thread waits for the child ---+
 *   PidfdChildWatcher      the child's pidfd is readable --+--> Registry.check(child)
 *   MultiLoopChildWatcher  SIGCHLD, all are asked after ---+      reap, under the child's lock
 *   SafeChildWatcher       SIGCHLD on the loop, likewise --+      decode (Reaper)
 *   FastChildWatcher       SIGCHLD, any child is reaped ---+      handler runs, once, on its loop
 * </pre>
 *
 * <p>A child is in one {@code Registry} as a {@code PendingChild}; moving it to another watcher ({@code
 * Handover}) takes it out unreaped; from then on the registry refuses new children, so that one
 * registered from another thread is handed over or refused, never left behind.
 *
 * <p>A custom watcher extends {@link io.asyncio4j.watcher.AbstractChildWatcher}, implements {@link
 * io.asyncio4j.watcher.AdoptingChildWatcher}, and keeps its children in a {@link
 * io.asyncio4j.watcher.ChildRegistry}: it only decides when to look at them. {@code
 * PollingChildWatcher} of the examples is one.
 *
 * <p>May use {@code os} and the root package, and knows loops only as {@link
 * io.asyncio4j.EventLoop}.
 */
@NullMarked
package io.asyncio4j.watcher;

import io.asyncio4j.annotation.NullMarked;

/**
 * Child watchers: detect the exits of child processes and report them to event loops.
 *
 * <p>Five ways to observe an exit, one to handle it:
 *
 * <pre>
 *   ThreadedChildWatcher   one of ReaperThreads waits -----+
 *   PidfdChildWatcher      the child's pidfd is readable --+--> Registry.check(child)
 *   MultiLoopChildWatcher  SIGCHLD, all are checked -------+      reap, under the child's lock
 *   SafeChildWatcher       SIGCHLD on the loop, likewise --+      decode (reap.Reaper)
 *   FastChildWatcher       SIGCHLD, any child is reaped ---+      handler runs, once, on its loop
 * </pre>
 *
 * <p>A child is in one {@code Registry} as a {@code PendingChild}; moving it to another watcher
 * ({@code Handover}) takes it out unreaped; from then on the registry refuses new children, so that
 * one registered from another thread is handed over or refused, never left behind.
 *
 * <p>A custom watcher extends {@link io.asyncio4j.watcher.AbstractChildWatcher}, implements {@link
 * io.asyncio4j.watcher.AdoptingChildWatcher}, and keeps its children in a {@link
 * io.asyncio4j.watcher.ChildRegistry}: it only decides when to look at them. {@code
 * PollingChildWatcher} of the examples is one.
 *
 * <p>{@code Watchers} has the one list of watchers, and decides which work here. An exit is handed
 * to a {@code ChildHandler} as a {@link io.asyncio4j.subprocess.ExitStatus}, made in {@code
 * reap.Reaper}, through which every exit passes.
 *
 * <p>Imports {@code reap}, {@code os}, warnings, the SPI, the root package, and of {@code
 * subprocess} only the values of an exit; knows loops only as {@link io.asyncio4j.EventLoop}.
 */
@NullMarked
package io.asyncio4j.watcher;

import io.asyncio4j.annotation.NullMarked;

/**
 * The loop race: what a callback, a timer, a task cost, by asyncio4j in both task modes, CPython
 * and uvloop.
 *
 * <pre>
 * LoopRace ── starts, round by round ──> LoopPeer (Java), loop_peer.py (CPython, uvloop)
 *    └── reads a line of JSON for each benchmark, prints medians and ratios
 * </pre>
 */
@NullMarked
package io.asyncio4j.benchmarks.loop;

import io.asyncio4j.annotation.NullMarked;

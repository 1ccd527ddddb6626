/**
 * The spawn race: how fast, at what cost and with what memory children are started and their exits
 * learned of, by asyncio4j and by its peers.
 *
 * <pre>
 * SpawnRace ── starts, round by round ──> contestants, each a process of its own
 *    │                                      spawn_floor (C), spawn_peer.py (CPython, uvloop),
 *    │                                      *Peer (Java: a Contestant in a ContestantMain)
 *    └── reads one line of JSON from each, prints medians, ratios and a chart
 * </pre>
 *
 * <p>Nothing here is published, and nothing outside this module may import it.
 */
@NullMarked
package io.asyncio4j.benchmarks.spawn;

import io.asyncio4j.annotation.NullMarked;

/**
 * The command-line tool: {@code asyncio4j run} and {@code asyncio4j doctor}.
 *
 * <pre>
 *   Main - RunCommand - RunOptions - Supervisor - Job ...      (on the loop)
 *                                        |         |
 *                                        |      LineStream - LineMerger
 *                                     JsonLog         |
 *                                        +--------- Pump ----- stdout, stderr, JSON file
 *                                                (a thread of its own)
 * </pre>
 *
 * <p>A user of the library like any other, except that {@code Native} reaches into {@code os} for
 * what is not exported.
 */
@NullMarked
package io.asyncio4j.cli;

import io.asyncio4j.annotation.NullMarked;

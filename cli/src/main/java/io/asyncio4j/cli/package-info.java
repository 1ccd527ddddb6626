/**
 * The command-line tool: {@code asyncio4j run} and {@code asyncio4j doctor}.
 *
 * <pre>
 *   Main - RunCommand - RunOptions - Supervisor - Job ...      (on the loop)
 *                                        |         |
 *                                        |      LineStream - LineMerger
 *                                     JsonLog         |
 *                                        +--------- Pump ----- stdout, stderr, JSON file
 *                                                (its own thread)
 * </pre>
 *
 * <p>Uses the library as other programs do, except that {@code Native} also uses {@code os}, which
 * is not exported.
 */
@NullMarked
package io.asyncio4j.cli;

import io.asyncio4j.annotation.NullMarked;

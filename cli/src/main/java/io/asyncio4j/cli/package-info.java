/**
 * The command-line tool: {@code asyncio4j run} and {@code asyncio4j doctor}.
 *
 * <pre>
 *   Main - RunCommand: RunSyntax --&gt; RunOptions --&gt; Supervisor        (on the loop)
 *                                          Backlog: jobs not started  |  Room: what limits starts
 *                                                                    Job: one attempt
 *                                                                     |
 *                                 Outputs: LineStream - LineMerger, JsonLines, ResultTable
 *                                                     |
 *                                                   Pump ----- stdout, stderr, JSON file
 *                                               (its own thread)
 * </pre>
 *
 * <p>Uses the library as other programs do, except that {@code Native} also uses {@code os}, which
 * is not exported.
 */
@NullMarked
package io.asyncio4j.cli;

import io.asyncio4j.annotation.NullMarked;

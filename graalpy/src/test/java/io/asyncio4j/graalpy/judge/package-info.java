/**
 * The judge: CPython's own test_asyncio on our loops, with GraalPy's stock asyncio as the control.
 *
 * <pre>
 *   JudgeTest --plan--> Judge --forks--> JudgeChild --> run.py (table.py: which classes)
 *                         |                                |
 *                         +<------- outcomes (JSON) -------+
 *                         v
 *                       Expected (expected.txt) --> surprises;  Report --> docs/python-conformance.md
 * </pre>
 */
@NullMarked
package io.asyncio4j.graalpy.judge;

import io.asyncio4j.annotation.NullMarked;

/**
 * A loop with virtual time, for tests of programs that use the library.
 *
 * <pre>
 *   nothing ready --> I/O ready? --> something outside busy? --> a timer? --> else: deadlock
 *                      run it          wait for it                jump to it     report, fail
 * </pre>
 *
 * <p>Uses the loops; nothing in the library uses this package.
 */
@NullMarked
package io.asyncio4j.testkit;

import io.asyncio4j.annotation.NullMarked;

/**
 * Python on the JVM: GraalPy's asyncio on the loops of asyncio4j.
 *
 * <pre>
 *   Python program --asyncio--> asyncio4j (Python package, in resources) --> SelectorEventLoop (Java)
 *                                                                         or ProactorEventLoop
 *                                                                              ^
 *   Java program   --tasks, futures, children----------------------------------+
 * </pre>
 */
@NullMarked
package io.asyncio4j.graalpy;

import io.asyncio4j.annotation.NullMarked;

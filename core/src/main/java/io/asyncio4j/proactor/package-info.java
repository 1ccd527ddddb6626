/**
 * Completion I/O: operations are submitted to the kernel, which reports when they are done.
 *
 * <pre>
 *   engine, selector, watcher --submit--> UringProactor --poll--> Uring (os) --> kernel
 *                             &lt;-completed-----/
 * </pre>
 *
 * <p>Used in turns of one loop, which polls. Not exported.
 */
@NullMarked
package io.asyncio4j.proactor;

import io.asyncio4j.annotation.NullMarked;

/**
 * Completion I/O: operations are submitted, and their completions delivered to the loop that polls.
 *
 * <pre>
 *   engine, selector, watcher --submit--> Proactor --poll--> Uring (os) --> kernel
 *                             &lt;-completed-----/   \-&gt; Pump: a thread --&gt; channel, stream
 * </pre>
 *
 * <p>Used in turns of one loop, which polls. Not exported.
 */
@NullMarked
package io.asyncio4j.proactor;

import io.asyncio4j.annotation.NullMarked;

/** TBD. */
@NullMarked
package io.asyncio4j.watcher;

import org.jspecify.annotations.NullMarked;

/** TBD. */
@NullMarked
package io.asyncio4j.subprocess;

import org.jspecify.annotations.NullMarked;

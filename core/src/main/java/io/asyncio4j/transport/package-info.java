/** TBD. */
@NullMarked
package io.asyncio4j.transport;

import org.jspecify.annotations.NullMarked;

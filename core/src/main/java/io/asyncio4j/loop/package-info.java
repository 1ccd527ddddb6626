/** TBD. */
@NullMarked
package io.asyncio4j.loop;

import org.jspecify.annotations.NullMarked;

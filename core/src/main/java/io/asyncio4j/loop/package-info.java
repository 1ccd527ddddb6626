/** TBD. */
@NullMarked
package io.asyncio4j.loop;

import io.asyncio4j.annotation.NullMarked;

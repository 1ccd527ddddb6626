/** The vocabulary of asyncio4j and its front door. */
@NullMarked
package io.asyncio4j;

import org.jspecify.annotations.NullMarked;

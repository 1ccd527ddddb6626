/** The vocabulary of asyncio4j and its front door. */
@NullMarked
package io.asyncio4j;

import io.asyncio4j.annotation.NullMarked;

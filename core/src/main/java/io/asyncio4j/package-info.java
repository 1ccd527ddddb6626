/** The main API of asyncio4j: {@code Asyncio}, the event loop's interface, futures and tasks. */
@NullMarked
package io.asyncio4j;

import io.asyncio4j.annotation.NullMarked;

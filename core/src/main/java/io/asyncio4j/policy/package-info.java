/** TBD. */
@NullMarked
package io.asyncio4j.policy;

import org.jspecify.annotations.NullMarked;

/**
 * Warnings about things that work, but that the author of the calling code should know.
 *
 * <pre>
 *   Warnings.warn(category, message) --+--> recorded, inside of Warnings.record()
 *                                      +--> logged once per place | each time | ignored | thrown
 *                                             (property asyncio4j.warnings, per category)
 * </pre>
 *
 * <p>Imported by all other packages; imports {@code os} only.
 */
@NullMarked
package io.asyncio4j.warning;

import io.asyncio4j.annotation.NullMarked;

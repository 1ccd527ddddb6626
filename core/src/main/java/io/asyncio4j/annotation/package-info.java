/**
 * The annotations about null in this library's signatures: the two of JSpecify that it needs, with
 * the same meaning. The library has its own because a compiler needs the class of an annotation to
 * print a type that has it, and would fail for users without JSpecify. Tools that match annotations
 * by their simple name, such as NullAway, treat both alike.
 */
package io.asyncio4j.annotation;
